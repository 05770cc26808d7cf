copy-search-intro = Todo lo que hay en esta copia, por nombre. Si el navegador ejecuta scripts, un campo encuentra nombres en muchos idiomas; las listas de abajo no los necesitan.
copy-nothing = Nada en esta copia tiene ese nombre.
copy-missing = Esta página no está en la copia
copy-missing-intro = Está leyendo una copia del observatorio en forma de archivos. Contiene todas las páginas a las que llevan los enlaces y las listas; las consultas, los filtros libres y las demás filas de las tablas necesitan el programa, <code>blocwatch serve</code>. Las tablas mismas están en la carpeta <code>data</code>, si esta copia se hizo con ellas.
copy-missing-search = Buscar en la copia
