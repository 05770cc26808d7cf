home-page = El observatorio abierto de la colaboración autoritaria
home-heading = Quién trabaja con quién, por qué canal, contra qué amenaza
home-intro = Blocwatch lleva un único registro, con fuentes, de la colaboración entre autocracias, la mide, dice qué ha cambiado y señala qué la ha interrumpido antes. Cada número puede remontarse hasta la línea del archivo del editor de los datos.
home-ask = Un Estado, una organización, un caso
home-ask-hint = Kirguistán, SCO, foreign agents
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
home-regimes-source = Regimes of the World, tal como lo publica V-Dem; <a href="/states">todos los Estados</a>.
home-changed = Qué ha cambiado
home-all-findings = <a href="/changes">Todos los hallazgos</a> · <a href="/feed.xml">como feed</a>
home-no-findings = Este observatorio no contiene hallazgos: descargue fuentes y constrúyalo.
home-matrix = La matriz
home-matrix-intro =
    { $total ->
        [one] { $total } caso codificado, por táctica y canal.
       *[other] { $total } casos codificados, por táctica y canal.
    } Cada casilla abre sus casos; <a href="/matrix">filtre por actor, papel y años</a>. Un cero significa que no se ha codificado ningún caso así.
