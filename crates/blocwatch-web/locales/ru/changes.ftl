changes-heading = Что изменилось
changes-intro =
    { $total ->
        [one] { $total } вывод.
        [few] { $total } вывода.
        [many] { $total } выводов.
       *[other] { $total } вывода.
    } Каждый — предложение с числом, его интервалом, где он есть, и указанием строк, на которых оно основано. <a href="/feed.xml">Они же лентой</a>.
changes-state-hint = любое название
changes-nothing = Ни один вывод не подходит.
changes-newer = Более новые
changes-older = Более старые
changes-changed = Что меняется
changes-stands = Как обстоят дела
changes-all-of-kind = Все ({ $n })
changes-as-list = Все выводы одним списком, сначала новые
changes-why = Команда под каждым выводом ведёт назад, к строкам и к файлу издателя; все выводы собраны в таблице <a href="/table/finding">finding</a>.

finding-autocratization-under-way = Становятся автократичнее
finding-democratization-under-way = Становятся демократичнее
finding-regime-change = Сменили категорию режима
finding-org-majority-change = Организации, в которых автократическое большинство появилось или исчезло
finding-ideal-point-shift = Государства, сместившиеся в Генеральной Ассамблее
finding-vote-shift = Пары, голосующие более или менее сходно, чем десятью годами ранее
finding-org-cohesion-change = Организации, голосующие более или менее единодушно, чем прежде
finding-tie-trend = Пары, которые сблизились или отдалились
finding-broke-ranks = Голоса вразрез с собственной организацией
finding-arms-reliance = Откуда поступает оружие
finding-autocratic-majority-memberships = Членство там, где автократии составляют большинство
finding-case-profile = Что содержит свод случаев
finding-closest-voters = Кто с кем голосует наиболее сходно
finding-frames-beyond-others = Кто использует контрнормы чаще других
finding-homophily = Образуют ли автократии связи друг с другом
finding-org-cohesion = Насколько единодушно голосуют организации
finding-org-composition = Режимы членов организаций
finding-other-lenders = Кредиторы помимо Международного валютного фонда
finding-regime-category = Категория режима сейчас
finding-substitution = После шока: связи с автократиями
finding-threat-exposure = Подверженность угрозам из матрицы
finding-voting-blocs = Блоки в Генеральной Ассамблее
