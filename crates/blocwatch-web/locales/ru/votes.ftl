votes-heading = Голосования в Генеральной Ассамблее ООН
votes-intro = Только спорные вопросы: большинство резолюций принимается без голосования. У каждого поимённого голосования есть своя страница: кто как голосовал, по режимам и организациям, и кто разошёлся со своими.
votes-words = Слова или условное обозначение
votes-words-hint = human rights
votes-session = Сессия
votes-resolution = Резолюция
votes-date = Дата
votes-about = О чём
votes-rollcall = поимённое голосование
votes-nothing = Ни одно поимённое голосование не подходит.
votes-cut = Показаны только первые { $most }; уточните слова или сессию.
votes-how = Насколько сходно голосуют два государства: <a href="/table/agreement_dyad_session">agreement_dyad_session</a>. Как это измеряется: <a href="/measures">показатели</a>.
votes-points = Где стоят государства
votes-states = Государства, не более шести
votes-calls = Поимённые голосования
