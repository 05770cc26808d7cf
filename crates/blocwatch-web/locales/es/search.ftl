search-heading = Búsqueda
search-what = Qué
search-near = Ningún nombre contiene todo «{ $q }» tal como está escrito. Lo más cercano:
search-nothing = Nada se llama «{ $q }», ni hay nada que se le acerque.
search-texts = En discursos y tratados
search-texts-soon = Los discursos y tratados se están indexando por primera vez; vuelva a preguntar dentro de un minuto.
search-texts-failed = No se pudieron indexar los discursos y tratados; los mensajes del servidor dicen por qué.
search-instead = Ningún texto contiene «{ $word }»; se buscó «{ $other }» en su lugar.
search-no-word = Ningún texto contiene «{ $word }».
search-found =
    { $n ->
        [one] { $n } texto contiene estas palabras.
       *[other] { $n } textos contienen estas palabras.
    }
search-quotes = Las palabras entre comillas deben aparecer una junto a otra.
search-before = Anterior
search-next = Siguiente
