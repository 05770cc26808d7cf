//! Texts cut into articles and sentences, as statutes are written in many languages.
//!
//! An article begins where a line (or a sentence) begins with a word for it and a number: `Article 5`, `Art. 5`, `Section 12(b)`, `§ 3`,
//! `Статья 5.1`, `Artículo 5º`, `المادة (٥)`, `المادة الخامسة`, `第五条`, `5-бап`. A mention within a sentence ("under article 5 of this law")
//! begins nothing. Sentences end at stops, but not after abbreviations, initials and numbers of lists.

use std::ops::Range;

/// An article, a section, or what stands before the first one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// As it stands in the text: `Article 5`, `第五条`; empty for what stands before the first.
    pub label: String,
    /// Its number in digits where it can be told: `5`, `5.1`, `12(b)`.
    pub number: Option<String>,
    /// Where it stands, in bytes; from its label to the label of the next.
    pub bytes: Range<usize>,
}

/// Words before a number, lower case, that begin an article. Longer ones first where one begins another.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    // English, French, Spanish, Portuguese, Italian, German, Dutch, Romanian
    "article", "artículo", "articulo", "artigo", "articolul", "articolo", "artikel", "articol", "art.", "art", "section", "sect.", "sec.", "clause", "regulation", "rule",
    // Russian, Ukrainian, Belarusian, Bulgarian, Macedonian, Serbian, Tajik, Mongolian
    "статья", "стаття", "артыкул", "чл.", "член", "члан", "ст.", "моддаи",
    // Turkish and neighbours, Polish, Czech, Hungarian, Indonesian, Malay, Vietnamese
    "madde", "maddə", "artykuł", "članak", "član", "článek", "pasal", "seksyen", "điều",
    // Arabic, Persian, Urdu, Pashto
    "المادة", "المادّة", "الماده", "مادة", "ماده", "دفعہ", "ماده",
    // Georgian, Armenian
    "მუხლი", "հոդված", "§§", "§",
];

/// Words after a number: `5-бап`, `5-статья`, `5-modda`, `5. §`.
const AFTER: &[&str] = &["-бап", "-статья", "-берене", "-modda", "-модда", "-madda", "-р зүйл", "-маддә", ". §", "§"];

/// Ordinals in words.
#[rustfmt::skip]
const ORDINALS: &[(&str, u32)] = &[
    ("premier", 1), ("première", 1), ("unique", 1), ("primero", 1), ("único", 1), ("unico", 1), ("segundo", 2), ("tercero", 3), ("cuarto", 4), ("quinto", 5),
    ("sexto", 6), ("séptimo", 7), ("octavo", 8), ("noveno", 9), ("décimo", 10), ("first", 1), ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5),
    ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10), ("первая", 1), ("вторая", 2), ("третья", 3), ("четвертая", 4), ("пятая", 5),
    ("الأولى", 1), ("الاولى", 1), ("الأولي", 1), ("الثانية", 2), ("الثالثة", 3), ("الرابعة", 4), ("الخامسة", 5), ("السادسة", 6), ("السابعة", 7), ("الثامنة", 8),
    ("التاسعة", 9), ("العاشرة", 10),
];
/// Arabic tens that follow a unit: `الخامسة عشرة`.
const ARABIC_TEENS: &[&str] = &["عشرة", "عشر"];

/// The articles of a text, in order; together they are the whole text.
pub fn articles(text: &str) -> Vec<Article> {
    let mut starts: Vec<(usize, usize, Option<String>)> = Vec::new();
    for at in beginnings(text) {
        if let Some((length, number)) = heading(&text[at..], line_begins(text, at)) {
            starts.push((at, at + length, number));
        }
    }
    let mut out = Vec::with_capacity(starts.len() + 1);
    let first = starts.first().map_or(text.len(), |s| s.0);
    if first > 0 {
        out.push(Article { label: String::new(), number: None, bytes: 0..first });
    }
    for (i, (from, label_end, number)) in starts.iter().enumerate() {
        let to = starts.get(i + 1).map_or(text.len(), |s| s.0);
        let label = text[*from..*label_end].split_whitespace().collect::<Vec<_>>().join(" ");
        out.push(Article { label, number: number.clone(), bytes: *from..to });
    }
    out
}

/// The article that a byte lies in.
pub fn article_at(articles: &[Article], byte: usize) -> Option<&Article> {
    let i = articles.partition_point(|a| a.bytes.end <= byte);
    articles.get(i).filter(|a| a.bytes.contains(&byte))
}

/// Places where a heading may begin: beginnings of lines, and what follows the end of a sentence.
fn beginnings(text: &str) -> Vec<usize> {
    let mut out = Vec::new();
    let mut open = true;
    for (i, c) in text.char_indices() {
        match c {
            '\n' | '.' | ';' | ':' | '。' | '；' | '؛' | '!' | '?' | '؟' | '»' | '"' | '”' => open = true,
            c if c.is_whitespace() || matches!(c, '#' | '*' | '_' | '(' | '[' | '«' | '“' | '「' | '•' | '-' | '–') => {}
            _ if open => {
                out.push(i);
                open = false;
            }
            _ => {}
        }
    }
    out
}

fn line_begins(text: &str, at: usize) -> bool {
    text[..at].chars().rev().take_while(|c| *c != '\n').all(|c| !c.is_alphanumeric() && !matches!(c, '.' | ';' | ':' | '。'))
}

/// A heading at the beginning of `text`: its length in bytes and its number in digits.
fn heading(text: &str, at_line: bool) -> Option<(usize, Option<String>)> {
    let first = text.chars().next()?;
    if matches!(first, '第' | '제') {
        return east_asian(text, at_line);
    }
    if first.is_numeric() {
        let (length, number) = numeral(text)?;
        let rest = &text[length..];
        let beginning = lower_beginning(rest);
        let after = AFTER.iter().find(|a| rest.starts_with(*a) || beginning.starts_with(*a))?;
        // the word ends there: not `5-статьясы`
        let end = length + after.len();
        let ends = text.get(end..)?.chars().next().is_none_or(|c| !c.is_alphanumeric());
        return (ends && at_line).then_some((end, Some(number)));
    }
    let beginning = lower_beginning(text);
    let word = BEFORE.iter().find(|w| {
        beginning.starts_with(**w) && (w.ends_with(['.', '§']) || beginning[w.len()..].chars().next().is_some_and(|c| !c.is_alphabetic()))
    })?;
    // within a line a mention in lower case begins nothing
    if !at_line && (first.is_lowercase() || text.chars().next().is_some_and(|c| c == '§')) {
        return None;
    }
    // lower case of one letter may be of another length: find the end by counting characters
    let word_end = text.char_indices().nth(word.chars().count()).map_or(text.len(), |(i, _)| i);
    let gap = text[word_end..].chars().take_while(|c| c.is_whitespace() && *c != '\n' || matches!(c, '(' | '.' | '№' | 'n' | '°')).take(3);
    let opened = text[word_end..].trim_start().starts_with('(');
    let number_at = word_end + gap.clone().take_while(|c| *c != 'n').map(char::len_utf8).sum::<usize>();
    let (length, number) = numeral(&text[number_at..]).or_else(|| ordinal(&text[number_at..])).or_else(|| roman(&text[number_at..]))?;
    let mut end = number_at + length;
    if opened && text[end..].starts_with(')') {
        end += 1;
    }
    let rest = &text[end..];
    let next = rest.chars().next();
    let title = rest.trim_start_matches([' ', '\u{a0}']);
    let begins = match next {
        None | Some('\n' | '.' | ':' | '—' | '–' | '-' | '۔') => true,
        Some(c) if c.is_whitespace() => {
            let t = title.chars().next();
            // a line that wraps within a sentence goes on in lower case: `article 5 of this law`; scripts without case go on with a word
            at_line
                && t.is_none_or(|c| c.is_uppercase() || matches!(c, '\n' | '—' | '–' | '-' | '(' | '"' | '«' | '“' | '['))
                && first_is_capital(text)
        }
        _ => false,
    };
    let reference = [", ", "; "].iter().any(|s| rest.starts_with(s));
    (begins && !reference && (at_line || next.is_some_and(|c| matches!(c, '.' | ':' | '—' | '–' | '\n')))).then_some((end, Some(number)))
}

/// Enough of a text, in lower case, for the words around a number, which are short: of a whole text it would be slow.
fn lower_beginning(text: &str) -> String {
    let cut = text.char_indices().nth(14).map_or(text.len(), |(i, _)| i);
    text[..cut].to_lowercase()
}

fn first_is_capital(text: &str) -> bool {
    text.chars().next().is_some_and(|c| !c.is_lowercase())
}

/// `5`, `5.1`, `12(b)`, `3-bis`, `1er`, `5º`, in digits of any script.
fn numeral(text: &str) -> Option<(usize, String)> {
    let mut end = 0;
    let mut number = String::new();
    let mut chars = text.char_indices().peekable();
    let digit = |c: char| {
        c.is_numeric()
            .then(|| crate::normalise::fold(c.encode_utf8(&mut [0; 4])))
            .filter(|d| d.len() == 1 && d.as_bytes()[0].is_ascii_digit())
    };
    while let Some((i, c)) = chars.next() {
        if let Some(d) = digit(c) {
            if number.len() > 12 {
                return None;
            }
            number.push_str(&d);
            end = i + c.len_utf8();
        } else if matches!(c, '.' | '-' | '\u{2011}') && !number.is_empty() && chars.peek().is_some_and(|(_, n)| digit(*n).is_some()) {
            number.push('.');
        } else {
            break;
        }
    }
    if number.is_empty() {
        return None;
    }
    // a letter or paragraph: 5a, 12(b), 3(2)(c)
    let rest = &text[end..];
    let mut letters = rest.chars();
    if let Some(c) = letters.next().filter(|c| c.is_alphabetic() && !matches!(c, 'º' | 'ª')) {
        if letters.next().is_none_or(|n| !n.is_alphanumeric()) {
            number.extend(c.to_lowercase());
            end += c.len_utf8();
        } else if let Some(s) =
            ["er", "bis", "ter", "re"].iter().find(|s| rest.starts_with(**s) && !rest[s.len()..].starts_with(char::is_alphanumeric))
        {
            if matches!(*s, "bis" | "ter") {
                number.push_str(s);
            }
            end += s.len();
        }
    }
    for ordinal in ['º', '°', 'ª'] {
        if text[end..].starts_with(ordinal) {
            end += ordinal.len_utf8();
        }
    }
    while text[end..].starts_with('(') {
        let Some(close) =
            text[end..].find(')').filter(|c| (2..=5).contains(c) && text[end + 1..end + c].chars().all(char::is_alphanumeric))
        else {
            break;
        };
        number.push_str(&text[end..=end + close].to_lowercase());
        end += close + 1;
    }
    Some((end, number))
}

fn ordinal(text: &str) -> Option<(usize, String)> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let word = text[..end].to_lowercase();
    let (_, n) = ORDINALS.iter().find(|(w, _)| *w == word)?;
    let rest = &text[end..];
    for teen in ARABIC_TEENS {
        if let Some(after) = rest.strip_prefix(' ').and_then(|r| r.strip_prefix(teen)).filter(|r| !r.starts_with(char::is_alphabetic)) {
            return Some((text.len() - after.len(), (n + 10).to_string()));
        }
    }
    Some((end, n.to_string()))
}

fn roman(text: &str) -> Option<(usize, String)> {
    let end = text.find(|c: char| !matches!(c, 'I' | 'V' | 'X' | 'L' | 'C')).unwrap_or(text.len());
    if end == 0 || end > 8 || text[end..].starts_with(char::is_alphanumeric) {
        return None;
    }
    let value = |c: char| match c {
        'I' => 1,
        'V' => 5,
        'X' => 10,
        'L' => 50,
        _ => 100,
    };
    let values: Vec<i32> = text[..end].chars().map(value).collect();
    let total: i32 = values.iter().enumerate().map(|(i, v)| if values.get(i + 1).is_some_and(|n| n > v) { -v } else { *v }).sum();
    (total > 0).then(|| (end, total.to_string()))
}

/// `第五条`, `第12條`, `第3条之一`, `제5조`.
fn east_asian(text: &str, at_line: bool) -> Option<(usize, Option<String>)> {
    let mut number = String::new();
    let mut chars = text.char_indices().skip(1);
    let end = loop {
        let (i, c) = chars.next()?;
        match c {
            '条' | '條' | '조' if !number.is_empty() => break i + c.len_utf8(),
            c if c.is_numeric() || "〇零一二三四五六七八九十百千两".contains(c) => number.push(c),
            ' ' => {}
            _ => return None,
        }
        if number.chars().count() > 10 {
            return None;
        }
    };
    let rest = &text[end..];
    // a mention goes on with what is said of it
    let mention = ["规定", "規定", "所", "的", "第", "之规", "、", "，", "和", "及", "或", "款", "至", "에", "의", "제"]
        .iter()
        .any(|m| rest.starts_with(m));
    let begins = at_line || rest.starts_with([' ', '\u{3000}', '\n', '：', ':', '（', '【']);
    (begins && !mention).then(|| (end, han_number(&number).map(|n| n.to_string())))
}

/// A number in Chinese characters or digits of any script.
pub(crate) fn han_number(text: &str) -> Option<u32> {
    let (mut total, mut digits) = (0_u32, 0_u32);
    let mut seen = false;
    for c in text.chars() {
        let one = |i: usize| u32::try_from(i).ok();
        if let Some(d) = "零一二三四五六七八九".chars().position(|n| n == c).and_then(one) {
            digits = d;
        } else if c == '〇' {
            digits = 0;
        } else if c == '两' {
            digits = 2;
        } else if let Some(unit) = [('十', 10), ('百', 100), ('千', 1000)].iter().find(|(u, _)| *u == c).map(|(_, n)| n) {
            total += unit * if digits == 0 { 1 } else { digits };
            digits = 0;
        } else {
            let folded = crate::normalise::fold(c.encode_utf8(&mut [0; 4]));
            digits = digits.checked_mul(10)?.checked_add(folded.parse::<u32>().ok()?)?;
        }
        seen = true;
    }
    seen.then(|| total + digits)
}

/// Words that end in a stop without ending a sentence, lower case.
#[rustfmt::skip]
const ABBREVIATIONS: &[&str] = &[
    "art", "arts", "sec", "sect", "no", "nos", "nr", "par", "para", "paras", "cf", "vs", "etc", "al", "dr", "mr", "mrs", "ms", "st", "inc", "ltd", "co", "vol", "pp",
    "p", "fig", "i.e", "e.g", "u.s", "u.n", "ст", "п", "пп", "ч", "г", "гг", "т.д", "т.п", "т.е", "руб", "им", "ул", "см", "núm", "inc", "sr", "sra", "av", "al", "ss", "chap", "ch", "cap", "ex",
];

/// The sentences of a stretch of text, in order, without the space around them. Bytes of the whole text.
pub fn sentences(text: &str, within: Range<usize>) -> Vec<Range<usize>> {
    let stretch = &text[within.clone()];
    let mut out = Vec::new();
    let mut from = 0;
    let mut cut = |from: &mut usize, to: usize| {
        let piece = &stretch[*from..to];
        let lead = piece.len() - piece.trim_start().len();
        let trimmed = piece.trim();
        if trimmed.chars().any(char::is_alphanumeric) {
            let start = within.start + *from + lead;
            out.push(start..start + trimmed.len());
            *from = to;
        }
    };
    for (i, c) in stretch.char_indices() {
        let end = i + c.len_utf8();
        match c {
            '。' | '！' | '？' | '；' | '؟' | '۔' | '।' => cut(&mut from, after_quotes(stretch, end)),
            '!' | '?' | '…' if stretch[end..].starts_with(char::is_whitespace) => cut(&mut from, end),
            '.' if !closes_label(&stretch[from..], i - from) && ends_sentence(&stretch[from..i], &stretch[end..]) => {
                cut(&mut from, after_quotes(stretch, end));
            }
            ';' | '؛' if stretch[end..].trim_start_matches([' ', '\t']).starts_with('\n') => cut(&mut from, end),
            '\n' => {
                let rest = &stretch[end..];
                if rest.starts_with('\n') || lists_on(rest) || heading(rest.trim_start_matches([' ', '\t']), true).is_some() {
                    cut(&mut from, end);
                }
            }
            _ => {}
        }
    }
    cut(&mut from, stretch.len());
    out
}

/// A closing quotation mark or bracket belongs to the sentence before it.
fn after_quotes(text: &str, end: usize) -> usize {
    end + text[end..]
        .chars()
        .take_while(|c| matches!(c, '"' | '”' | '»' | '’' | '」' | '』' | ')' | '）'))
        .map(char::len_utf8)
        .sum::<usize>()
}

/// Length in bytes of the label of an article at the beginning of a sentence; 0 if there is none.
pub(crate) fn label_length(sentence: &str) -> usize {
    heading(sentence, true).map_or(0, |(length, _)| length)
}

/// Whether the stop at a byte only closes the label of an article, as in `Article 5. The agent …`: the label goes with its sentence.
fn closes_label(sentence: &str, stop: usize) -> bool {
    let lead = sentence.len() - sentence.trim_start().len();
    stop < 80 && stop >= lead && heading(&sentence[lead..], true).is_some_and(|(length, _)| lead + length == stop)
}

fn ends_sentence(before: &str, after: &str) -> bool {
    let rest = after.trim_start_matches(['"', '”', '»', '’', ')']);
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let next = rest.trim_start().chars().next();
    if next.is_some_and(char::is_lowercase) {
        return false;
    }
    let last = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '(' | '«' | '"' | '“')).next().unwrap_or_default();
    let bare = last.to_lowercase();
    if ABBREVIATIONS.contains(&bare.as_str()) {
        return false;
    }
    let mut letters = last.chars();
    let single = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    // `5.` or `A.` at the beginning is the number of a list
    let begins = before.trim().len() == last.len();
    let number = !last.is_empty() && last.chars().all(|c| c.is_numeric() || matches!(c, '.' | '-'));
    !(single && last.chars().all(char::is_uppercase) || begins && (number || single))
}

/// Whether a line begins a point of a list: `(a)`, `1)`, `1.`, `-`, `•`.
fn lists_on(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    if line.starts_with(['•', '–', '—', '·']) || line.starts_with("- ") {
        return true;
    }
    let inner = line.strip_prefix(['(', '（']).unwrap_or(line);
    let end = inner.find(|c: char| !c.is_alphanumeric()).unwrap_or(inner.len());
    let token = &inner[..end];
    let count = token.chars().count();
    if count == 0 || count > 4 {
        return false;
    }
    let short = token.chars().all(char::is_numeric)
        || count == 1
        || token.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
        || han_number(token).is_some();
    short
        && inner[end..].starts_with([')', '）', '.', '、'])
        && !(inner[end..].starts_with('.') && inner[end + 1..].starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn labels(text: &str) -> Vec<(String, Option<String>)> {
        articles(text).into_iter().filter(|a| !a.label.is_empty()).map(|a| (a.label, a.number)).collect()
    }

    #[test]
    fn headings_of_statutes_are_known_in_many_languages() {
        for (text, label, number) in [
            ("Article 5\nText", "Article 5", "5"),
            ("Art. 5. Text", "Art. 5", "5"),
            ("ARTICLE IV\nText", "ARTICLE IV", "4"),
            ("Section 12(b). Text", "Section 12(b)", "12(b)"),
            ("SEC. 3. Text", "SEC. 3", "3"),
            ("§ 3 Definitions", "§ 3", "3"),
            ("Статья 5.1. Понятия", "Статья 5.1", "5.1"),
            ("Статья 5-1\nПонятия", "Статья 5-1", "5.1"),
            ("Стаття 7. Реєстр", "Стаття 7", "7"),
            ("Artículo 5º. Objeto", "Artículo 5º", "5"),
            ("ARTÍCULO PRIMERO. Objeto", "ARTÍCULO PRIMERO", "1"),
            ("Article premier\nObjet", "Article premier", "1"),
            ("Article 1er - Objet", "Article 1er", "1"),
            ("المادة 5\nنص", "المادة 5", "5"),
            ("المادة (٥): نص", "المادة (٥)", "5"),
            ("المادة الخامسة عشرة: نص", "المادة الخامسة عشرة", "15"),
            ("مادة ٣ - نص", "مادة ٣", "3"),
            ("第五条 境外组织", "第五条", "5"),
            ("第二十一条　境外组织", "第二十一条", "21"),
            ("第12條 外國代理人", "第12條", "12"),
            ("5-бап. Ұғымдар", "5-бап", "5"),
            ("MADDE 5- Tanımlar", "MADDE 5", "5"),
            ("제5조 (정의)", "제5조", "5"),
            ("5. § A törvény", "5. §", "5"),
            ("Điều 4. Giải thích", "Điều 4", "4"),
            ("Pasal 7\nTeks", "Pasal 7", "7"),
            ("მუხლი 2. ცნებები", "მუხლი 2", "2"),
        ] {
            let text = format!("A title\n\n{text} and words.");
            assert_eq!(labels(&text), [(label.to_owned(), Some(number.to_owned()))], "{text}");
        }
    }

    #[test]
    fn mentions_begin_nothing() {
        for text in [
            "as provided in article 5 of this law, and section 3.",
            "Under\narticle 5 of this Law the agent",
            "согласно статье 5 настоящего закона. статья 6 закона",
            "依照第五条规定处罚。根据本法第六条的规定",
            "Section A applies",
            "Article of faith. Article",
            "the rules. Rule of law",
        ] {
            assert_eq!(labels(text), [], "{text}");
        }
    }

    #[test]
    fn headings_in_a_text_that_lost_its_lines_are_found() {
        let found =
            labels("Law on agents. Article 1. An agent registers. Article 2. The registry is public under article 1. Article 3: End.");
        assert_eq!(found.iter().map(|(l, _)| l.as_str()).collect::<Vec<_>>(), ["Article 1", "Article 2", "Article 3"]);
    }

    #[test]
    fn sentences_end_where_people_end_them() {
        let cut = |t: &str| sentences(t, 0..t.len()).into_iter().map(|r| t[r].to_owned()).collect::<Vec<_>>();
        assert_eq!(cut("See art. 5 of the U.S. Code. It holds. "), ["See art. 5 of the U.S. Code.", "It holds."]);
        assert_eq!(cut("5. The agent pays 1.5 per cent. 6. The end."), ["5. The agent pays 1.5 per cent.", "6. The end."]);
        assert_eq!(cut("Article 5. It holds. Статья 6. Да."), ["Article 5. It holds.", "Статья 6. Да."]);
        assert_eq!(cut("Он «сказал.» Да? Нет!"), ["Он «сказал.»", "Да?", "Нет!"]);
        assert_eq!(cut("第一句。第二句；第三句"), ["第一句。", "第二句；", "第三句"]);
        assert_eq!(cut("هل هذا؟ نعم. انتهى"), ["هل هذا؟", "نعم.", "انتهى"]);
        assert_eq!(
            cut("It means:\n(a) one;\n(b) two;\nand wraps\nover lines."),
            ["It means:", "(a) one;", "(b) two;", "and wraps\nover lines."]
        );
    }

    #[test]
    fn numbers_in_chinese_are_read() {
        for (text, n) in [("五", 5), ("十", 10), ("十二", 12), ("二十", 20), ("一百零三", 103), ("１２", 12), ("二〇", 0)] {
            assert_eq!(han_number(text), Some(n), "{text}");
        }
    }

    proptest! {
        #[test]
        fn articles_are_the_whole_text_and_sentences_lie_within(
            text in "\\PC{0,120}|([a-zA-Z .;:\\n()0-9§第五条]|Article |Статья |المادة |[.][ ]){0,60}"
        ) {
            let list = articles(&text);
            let mut at = 0;
            for a in &list {
                prop_assert_eq!(a.bytes.start, at);
                prop_assert!(a.bytes.end > a.bytes.start);
                at = a.bytes.end;
                prop_assert!(text.is_char_boundary(at));
            }
            prop_assert_eq!(at, text.len());
            let mut last = 0;
            let mut words = 0;
            for s in sentences(&text, 0..text.len()) {
                prop_assert!(s.start >= last && s.end > s.start && s.end <= text.len());
                last = s.end;
                words += text[s].chars().filter(|c| c.is_alphanumeric()).count();
            }
            prop_assert_eq!(words, text.chars().filter(|c| c.is_alphanumeric()).count());
        }
    }
}
