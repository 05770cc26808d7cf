interruptions-heading = Qué ha interrumpido la colaboración
interruptions-intro = Cada una con lo que necesita, quién puede llevarla a cabo, su historial, cómo se adaptaron los regímenes y quién puede salir perjudicado. Se muestran { $shown } de { $total }.
interruptions-response = Dirigida a la respuesta
interruptions-tactic = Dirigida a la táctica
interruptions-uses =
    { $uses ->
        [one] { $uses } uso documentado; con éxito al menos parcial: { $worked }
       *[other] { $uses } usos documentados; con éxito al menos parcial: { $worked }
    }
interruptions-no-use = ningún uso documentado con resultado conocido
interruptions-nothing = Ninguna entrada cumple los criterios.
interruption-kind = Interrupción · { $kind }
interruption-harm = No hacer daño
interruption-fits = Es adecuada cuando
interruption-actors = Quién puede llevarla a cabo
interruption-record = Historial
interruption-adapted = Cómo se adaptaron los regímenes
