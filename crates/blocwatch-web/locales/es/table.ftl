table-page = Tabla { $name }
table-kind = Tabla · una fila es: { $unit }
table-count =
    { $rows ->
        [one] { $rows } fila.
       *[other] { $rows } filas.
    }
table-of-these = de estas filas (como máximo 100 000 a la vez)
table-as-sql = como SQL
table-state-hint = cualquier nombre o código
table-partner = Con
table-partner-hint = el otro Estado
table-organisation = Organización
table-years = Años
table-where = Condiciones
table-where-hint = columna>=valor; …
table-columns = Columnas
table-nothing = Ninguna fila cumple los criterios. La tabla <a href="/table/coverage">coverage</a> dice si eso significa que no ocurrió nada o que no hay nada cubierto.
table-before = Anterior
table-page-number = Página { $number }
table-next = Siguiente
table-column = Columna
table-unit = Unidad
table-what = Qué es
table-key = clave
