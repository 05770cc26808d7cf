home-page = El observatorio abierto de la colaboración autoritaria
home-heading = Quién trabaja con quién, por qué canal, contra qué amenaza
home-ask = Un Estado, una organización, un caso
home-ask-hint = Kirguistán, OCS, agentes extranjeros
home-questions = Preguntas que responde
home-questions-yours = Ejemplos; las mismas páginas responden para cualquier Estado u organización: busque los suyos arriba.
home-q-memberships = ¿A qué organizaciones de mayoría autocrática pertenece Kirguistán, y desde cuándo?
home-q-majorities = ¿En qué organizaciones son mayoría las autocracias?
home-q-observers = ¿Quién envía observadores que avalan elecciones injustas?
home-q-laws = ¿Quién copió las leyes represivas de quién?
home-q-interrupted = ¿Qué ha detenido la copia de tales leyes?
home-q-arms = ¿De quién depende Armenia para sus armas?
home-q-xinjiang = ¿Quién estuvo con China sobre Sinkiang?
home-q-votes = ¿Cuánto se parecen los votos de Rusia y Belarús en las Naciones Unidas?
home-q-words = ¿Quién habla de un «mundo multipolar», y desde cuándo?
home-q-backsliding = ¿Qué Estados se vuelven más autocráticos ahora?
home-cases =
    { $n ->
        [one] <strong>{ $n }</strong> caso de colaboración codificado
       *[other] <strong>{ $n }</strong> casos de colaboración codificados
    }
home-interruptions =
    { $n ->
        [one] <strong>{ $n }</strong> forma en que se ha interrumpido
       *[other] <strong>{ $n }</strong> formas en que se ha interrumpido
    }
home-states =
    { $n ->
        [one] <strong>{ $n }</strong> Estado o territorio
       *[other] <strong>{ $n }</strong> Estados y territorios
    }
home-organisations =
    { $n ->
        [one] <strong>{ $n }</strong> organización
       *[other] <strong>{ $n }</strong> organizaciones
    }
home-tables =
    { $n ->
        [one] <strong>{ $n }</strong> tabla con todas sus columnas documentadas
       *[other] <strong>{ $n }</strong> tablas con todas sus columnas documentadas
    }
home-regimes = Regímenes en { $year }
home-changed = Qué ha cambiado
home-all-findings = <a href="/changes">Todos los hallazgos</a> · <a href="/feed.xml">como canal</a>
home-matrix = La matriz
matrix-page = Matriz de amenazas, respuestas y tácticas
matrix-heading = La matriz
matrix-channels = Los canales
matrix-corner = Respuesta y táctica
matrix-all = Todos
matrix-unit = casos
states-heading = Estados
organisations-heading = Organizaciones
cases-heading = Casos
interruptions-heading = Qué ha interrumpido la colaboración
votes-heading = Votaciones en la Asamblea General de la ONU
changes-heading = Qué ha cambiado
data-heading = Datos y fuentes
measures-heading = Medidas
query-heading = Consulta
search-heading = Búsqueda
search-what = Qué
about-page = Acerca de, correcciones, no hacer daño
about-heading = Acerca de Blocwatch
about-harm = No hacer daño
about-corrections = Correcciones
about-languages = Idiomas
about-languages-intro = La interfaz se traduce mensaje a mensaje; donde falta uno, queda el inglés. Los datos, los informes y los casos están en inglés.
about-language = { $done } de { $all } mensajes
error-404 = No encontrado
error-400 = No se entiende
error-search = Buscar
error-home = A la primera página
