measures-heading = Показатели
measures-intro = Что измеряется, как, насколько это надёжно и откуда взято. Каждый показатель можно вычислить заново при других настройках и других показателях режима: <code>blocwatch measure NAME --set key=value</code>, <code>blocwatch sensitivity NAME</code>.
measures-interval = Интервал
measures-parameters = Параметры
measures-sources = Источники метода
measures-example = Разобранный пример
