matrix-page = Matriz de amenazas, respuestas y tácticas
matrix-heading = La matriz
matrix-intro =
    Qué tácticas responden a qué amenaza y por qué canal. { $total ->
        [one] { $total } caso de colaboración codificado cumple los criterios;
       *[other] { $total } casos de colaboración codificados cumplen los criterios;
    } cada casilla abre los suyos. Los números dicen qué se ha codificado, no con qué frecuencia ocurre; un cero significa que no hay ningún caso así codificado.
matrix-channels = Los canales
matrix-corner = Respuesta y táctica
matrix-all = Todos
matrix-unit = casos
matrix-against = Contra { $threat }:
matrix-by-year = Por año
