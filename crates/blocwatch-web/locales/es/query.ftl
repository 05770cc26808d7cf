query-heading = Consulta
query-intro = Un SELECT sobre todas las <a href="/data">tablas</a>: solo lectura, diez segundos; aquí se muestran las primeras { $most } filas.
query-run = Ejecutar
query-wrong = La consulta no se ejecutó
query-rows =
    { $rows ->
        [one] { $rows } fila.
       *[other] { $rows } filas.
    }
query-cut = Hay más.
