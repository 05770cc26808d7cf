error-search = Buscar
error-home = A la página de inicio
error-404 = No encontrado
error-400 = No se entiende
error-422 = Demasiado a la vez
error-500 = No se pudo generar esta página
