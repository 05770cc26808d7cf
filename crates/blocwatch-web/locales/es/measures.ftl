measures-heading = Medidas
measures-intro = Qué se mide, cómo, con qué certeza y de dónde procede. Cada medida puede calcularse de nuevo con otros ajustes y otras medidas de régimen: <code>blocwatch measure NAME --set key=value</code>, <code>blocwatch sensitivity NAME</code>.
measures-interval = Intervalo
measures-parameters = Parámetros
measures-sources = Fuentes del método
measures-example = Un ejemplo desarrollado
