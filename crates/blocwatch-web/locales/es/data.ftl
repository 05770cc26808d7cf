data-heading = Datos y fuentes
data-intro = Fuentes incluidas en este observatorio: { $held } de { $sources } conocidas; tablas elaboradas a partir de ellas: { $tables }. <a href="/query">Pregunte con SQL</a> o <a href="/api">desde un programa</a>.
data-observatory = Observatorio <code>{ $key }</code>.
data-observatory-of = Observatorio <code>{ $key }</code>, a fecha de { $day }.
data-same = Los mismos archivos dan el mismo observatorio, byte por byte.
data-tables = Tablas
data-table = Tabla
data-says = Qué dice
data-unit = Una fila es
data-rows = Filas
data-held = incluida
data-not-held = no incluida
data-account = Filas leídas: { $read }; conservadas: { $kept }; descartadas por una regla declarada: { $dropped }; en cuarentena: { $quarantined }.
data-files = Archivos incluidos
data-file-version = versión { $version }
data-file-taken = obtenido el { $day }
data-notices = Avisos de la construcción del observatorio
