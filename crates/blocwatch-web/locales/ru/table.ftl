table-page = Таблица { $name }
table-kind = Таблица · одна строка — это { $unit }
table-count =
    { $rows ->
        [one] { $rows } строка.
        [few] { $rows } строки.
        [many] { $rows } строк.
       *[other] { $rows } строки.
    }
table-of-these = этих строк (не более 100 000 за раз)
table-as-sql = как SQL
table-state-hint = любое название или код
table-partner = С кем
table-partner-hint = второе государство
table-organisation = Организация
table-years = Годы
table-where = Условия
table-where-hint = столбец>=значение; …
table-columns = Столбцы
table-nothing = Ни одна строка не подходит. Значит ли это, что ничего не было или что ничего не охвачено, говорит таблица <a href="/table/coverage">coverage</a>.
table-before = Назад
table-page-number = Страница { $number }
table-next = Дальше
table-column = Столбец
table-unit = Единица
table-what = Что это
table-key = ключ
