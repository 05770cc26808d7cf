skip = Ir al texto
menu-label = Sitio
menu-matrix = Matriz
menu-states = Estados
menu-organisations = Organizaciones
menu-votes = Votaciones
menu-network = Red
menu-cases = Casos
menu-interruptions = Interrupciones
menu-changes = Qué ha cambiado
menu-measures = Medidas
menu-data = Datos
menu-about = Acerca de
find-label = Buscar
find-hint = Estado, organización, caso
find-button = Buscar
foot-observatory = Observatorio { $key }
foot-cite = Cómo citar
foot-sources = Fuentes y licencias
foot-corrections = Correcciones
foot-programs = Para programas
foot-note = Cero, sin cobertura, censurado y no público son aquí cuatro cosas distintas. Un número de casos dice qué se ha codificado, no con qué frecuencia ocurre. Ser nombrado no es ser acusado.
languages-label = Idiomas

form-any = cualquiera
form-show = Mostrar
form-clear = Borrar
form-actor = Actor
form-actor-hint = un Estado o una organización
form-role = En el papel de
form-from = Desde el año
form-to = Hasta el año
form-state = Estado
form-kind = Tipo
pager-place = Página { $number } de { $pages }
null-title = sin valor
feed-title = Qué ha cambiado

grade = grado { $grade }
cited-through = Citado a través de: { $work }
sources-heading = Fuentes
cite-heading = Cómo citar

when-undated = sin fecha
when-since = desde { $from }
when-span = de { $from } a { $to }

regime-0 = autocracia cerrada
regime-1 = autocracia electoral
regime-2 = democracia electoral
regime-3 = democracia liberal

kind-state = Estado
kind-organisation = organización
kind-region = región
kind-case = caso
kind-interruption = interrupción
kind-table = tabla
