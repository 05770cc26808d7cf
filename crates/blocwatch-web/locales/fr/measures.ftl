measures-heading = Mesures
measures-intro = Ce qui est mesuré, comment, avec quelle certitude, et d’où cela vient. Chaque mesure peut être recalculée avec d’autres réglages et d’autres mesures du régime : <code>blocwatch measure NAME --set key=value</code>, <code>blocwatch sensitivity NAME</code>.
measures-interval = Intervalle
measures-parameters = Paramètres
measures-sources = Sources de la méthode
measures-example = Un exemple détaillé
