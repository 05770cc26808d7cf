query-heading = Запрос
query-intro = Один SELECT по всем <a href="/data">таблицам</a>: только чтение, десять секунд; здесь показываются первые строки (не более { $most }).
query-run = Выполнить
query-wrong = Запрос не выполнен
query-rows =
    { $rows ->
        [one] { $rows } строка.
        [few] { $rows } строки.
        [many] { $rows } строк.
       *[other] { $rows } строки.
    }
query-cut = Есть и другие.
