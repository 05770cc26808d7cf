about-page = Acerca de, correcciones, no hacer daño
about-heading = Acerca de Blocwatch
about-intro = El observatorio abierto de la colaboración autoritaria. Convierte datos públicos y un repertorio de casos revisado en un único registro, con fuentes, de quién trabaja con quién, por qué canal y contra qué amenaza; lo mide; dice qué ha cambiado; y señala qué ha interrumpido antes esa colaboración.
about-harm = No hacer daño
about-harm-1 = En ninguna parte se nombra a ningún individuo: los módulos de lectura descartan las columnas personales antes de que se escriba nada. Las unidades son Estados, organizaciones, grupos y categorías.
about-harm-2 = Ninguna acusación por aparecer juntos: los papeles se mantienen separados, y ser anfitrión, Estado de origen, foro o blanco de un acto no es ser patrocinador.
about-harm-3 = Las palabras de probabilidad y las de confianza no comparten frase; cada afirmación indica su fuente, y las afirmaciones contrapuestas figuran una junto a otra.
about-harm-4 = Las páginas no piden nada a nadie más que a este servidor: ni scripts, ni tipos de letra, ni contadores. El registro de accesos no guarda direcciones IP.
about-harm-5 = Cada entrada sobre una interrupción dice quién puede salir perjudicado por ella. Lea eso primero.
about-read = Cómo leerlo
about-read-1 = Cero, sin cobertura, censurado (cortado donde una fuente empieza o termina) y no público son cuatro cosas distintas. Un valor fuera de la cobertura de su fuente es null, y la tabla <a href="/table/coverage">coverage</a> dice por qué.
about-read-2 = Un número de casos dice qué se ha codificado, no con qué frecuencia ocurre algo.
about-read-3 = La coincidencia de voto toma una agenda compartida por alineamiento; para ordenar, use kappa, que descuenta el azar.
about-grades = Grados
about-grades-intro = Dos marcas, que nunca se promedian: la fiabilidad de la fuente y la credibilidad de la afirmación.
about-corrections = Correcciones
about-corrections-intro = Una corrección figura junto a lo que corrige, con su fecha y su fuente; nada se retira en silencio. El formato del repertorio de casos y la manera de proponer una corrección están en el repositorio del programa, <code>knowledge/README.md</code>.
about-corrections-none = Ninguna hasta ahora.
about-cite = Blocwatch { $version }, observatorio { $key }. Cite también a los editores de los datos: <a href="/data">fuentes</a>, o <code>blocwatch cite</code> para BibTeX.
about-concepts = Los conceptos siguen a C. Cottiero (2024), <em>Understanding and Interrupting Modern Day Autocratic Collaboration</em>, IFES. El código está bajo Apache-2.0; el repertorio de casos, bajo CC BY 4.0; los datos, bajo las licencias de sus editores.
about-languages = Idiomas
about-languages-intro = La interfaz se traduce mensaje a mensaje; donde falta uno, queda el inglés. Ningún hablante nativo ha revisado todavía las traducciones: si difieren, vale el texto inglés. Los datos, los informes y los casos están en inglés.
about-language = { $done } de { $all } mensajes
