changes-heading = Qué ha cambiado
changes-intro =
    { $total ->
        [one] { $total } hallazgo: una frase
       *[other] { $total } hallazgos: frases
    } con una cifra, su intervalo cuando existe y el rastro hasta las filas de origen. <a href="/feed.xml">Como feed</a>.
changes-state-hint = cualquier nombre
changes-nothing = Ningún hallazgo cumple los criterios.
changes-newer = Más recientes
changes-older = Más antiguos
changes-changed = Qué está cambiando
changes-stands = Cómo están las cosas
changes-all-of-kind = Ver los { $n }
changes-as-list = Todos los hallazgos en una sola lista, primero los más recientes
changes-why = El comando que figura debajo de cada hallazgo lo remonta hasta las filas y el archivo del editor de los datos; la tabla <a href="/table/finding">finding</a> los contiene todos.

finding-autocratization-under-way = Se vuelven más autocráticos
finding-democratization-under-way = Se vuelven más democráticos
finding-regime-change = Cambiaron de categoría de régimen
finding-org-majority-change = Organizaciones que ganaron o perdieron una mayoría autocrática
finding-ideal-point-shift = Estados que se desplazaron en la Asamblea General
finding-vote-shift = Pares cuyos votos se parecen más, o menos, que diez años antes
finding-org-cohesion-change = Organizaciones que votan más unidas, o menos, que antes
finding-tie-trend = Pares que se acercaron o se alejaron
finding-broke-ranks = Votos en contra de la propia organización
finding-arms-reliance = De dónde vienen las armas
finding-autocratic-majority-memberships = Pertenencia a organizaciones donde las autocracias son mayoría
finding-case-profile = Qué contiene el repertorio de casos
finding-closest-voters = Quién vota de forma más parecida a quién
finding-frames-beyond-others = Quién usa contranormas más que los demás
finding-homophily = Si las autocracias se vinculan entre sí
finding-org-cohesion = Hasta qué punto votan unidas las organizaciones
finding-org-composition = Regímenes entre los miembros de las organizaciones
finding-other-lenders = Prestamistas además del Fondo Monetario Internacional
finding-regime-category = Categoría de régimen actual
finding-substitution = Tras un choque: vínculos con autocracias
finding-threat-exposure = Exposición a las amenazas de la matriz
finding-voting-blocs = Bloques en la Asamblea General
