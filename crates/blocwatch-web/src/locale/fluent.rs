//! Messages of Project Fluent: parsed by its own crate, put together here.
//!
//! The crate that puts messages together (`fluent-bundle`) raises features of crates which the query engine shares and would have it built
//! again; of Fluent, the interface uses values and choices by number or word. A catalogue that uses more is refused when it is read.

use std::collections::BTreeMap;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};

/// What a message is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// A text, shown as it is.
    Text(String),
    /// A whole number, by which a plural is chosen.
    Number(i64),
}

impl From<i64> for Given {
    fn from(n: i64) -> Self {
        Self::Number(n)
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl std::fmt::Display for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(n) => write!(f, "{n}"),
        }
    }
}

/// Values of a message by name.
pub(crate) type Values = BTreeMap<String, Given>;

/// The messages of one language.
#[derive(Debug)]
pub(crate) struct Messages {
    by_key: BTreeMap<&'static str, Pattern<&'static str>>,
    plural: fn(i64) -> &'static str,
    isolate: bool,
}

impl Messages {
    /// No messages yet. `isolate` sets values apart by invisible marks, which keeps names in Latin letters in their place within a line
    /// that runs from right to left.
    pub(crate) fn new(language: &str, isolate: bool) -> Self {
        Self { by_key: BTreeMap::new(), plural: plural(language), isolate }
    }

    /// Reads a file.
    pub(crate) fn read(&mut self, text: &'static str) -> Result<(), String> {
        let resource = fluent_syntax::parser::parse(text)
            .map_err(|(_, errors)| errors.first().map_or_else(|| "it does not parse".to_owned(), ToString::to_string))?;
        for entry in resource.body {
            match entry {
                Entry::Message(message) => {
                    let key = message.id.name;
                    let pattern = message.value.ok_or_else(|| format!("'{key}' has no text"))?;
                    known(&pattern).map_err(|what| format!("'{key}' uses {what}, which this program does not read"))?;
                    if self.by_key.insert(key, pattern).is_some() {
                        return Err(format!("'{key}' stands twice"));
                    }
                }
                Entry::Term(term) => return Err(format!("'-{}' is a term, which this program does not read", term.id.name)),
                Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => {}
                Entry::Junk { content } => return Err(format!("this is no message: {}", content.trim())),
            }
        }
        Ok(())
    }

    /// Keys in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.by_key.keys().copied()
    }

    /// A message with its values; `None` where there is no such message, `Err` with the name of a value that it needs and is not given.
    pub(crate) fn format(&self, key: &str, values: &Values) -> Option<Result<String, String>> {
        let pattern = self.by_key.get(key)?;
        let mut out = String::new();
        Some(self.write(pattern, values, &mut out).map(|()| out))
    }

    fn write(&self, pattern: &Pattern<&str>, values: &Values, out: &mut String) -> Result<(), String> {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => out.push_str(value),
                PatternElement::Placeable { expression } => self.expression(expression, values, out)?,
            }
        }
        Ok(())
    }

    fn expression(&self, expression: &Expression<&str>, values: &Values, out: &mut String) -> Result<(), String> {
        let value = |name: &str| values.get(name).ok_or_else(|| name.to_owned());
        match expression {
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                let text = value(id.name)?.to_string();
                out.push_str(&if self.isolate { format!("\u{2068}{text}\u{2069}") } else { text });
            }
            Expression::Inline(InlineExpression::StringLiteral { value }) => out.push_str(value),
            Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
                let by = value(id.name)?;
                let fits = |key: &VariantKey<&str>| match (key, by) {
                    (VariantKey::NumberLiteral { value }, Given::Number(n)) => value.parse() == Ok(*n),
                    (VariantKey::Identifier { name }, Given::Number(n)) => (self.plural)(*n) == *name,
                    (VariantKey::Identifier { name }, Given::Text(text)) => text == name,
                    (VariantKey::NumberLiteral { .. }, Given::Text(_)) => false,
                };
                let chosen = variants.iter().find(|v| fits(&v.key)).or_else(|| variants.iter().find(|v| v.default));
                if let Some(variant) = chosen {
                    self.write(&variant.value, values, out)?;
                }
            }
            // `known` lets nothing else in
            Expression::Inline(_) | Expression::Select { .. } => {}
        }
        Ok(())
    }
}

/// Whether a message uses only what is put together here.
fn known(pattern: &Pattern<&str>) -> Result<(), &'static str> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. }
            | PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { .. } | InlineExpression::StringLiteral { .. }),
            } => {}
            PatternElement::Placeable {
                expression: Expression::Select { selector: InlineExpression::VariableReference { .. }, variants },
            } => variants.iter().try_for_each(|v| known(&v.value))?,
            PatternElement::Placeable { .. } => return Err("a function, a term or another message"),
        }
    }
    Ok(())
}

/// The plural category of a whole number, by the rules of Unicode CLDR (cardinals; numbers here are never negative).
fn plural(language: &str) -> fn(i64) -> &'static str {
    match language {
        "fr" => |n| match n {
            0 | 1 => "one",
            n if n % 1_000_000 == 0 => "many",
            _ => "other",
        },
        "es" => |n| match n {
            1 => "one",
            n if n != 0 && n % 1_000_000 == 0 => "many",
            _ => "other",
        },
        "ru" => |n| match (n % 10, n % 100) {
            (1, h) if h != 11 => "one",
            (2..=4, h) if !(12..=14).contains(&h) => "few",
            _ => "many",
        },
        "ar" => |n| match (n, n % 100) {
            (0, _) => "zero",
            (1, _) => "one",
            (2, _) => "two",
            (_, 3..=10) => "few",
            (_, 11..=99) => "many",
            _ => "other",
        },
        _ => |n| if n == 1 { "one" } else { "other" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<Messages, String> {
        let mut messages = Messages::new("en", false);
        messages.read(text).map(|()| messages)
    }

    #[test]
    fn values_and_choices_are_put_in_and_the_rest_is_refused() {
        let m = read("a = { $n ->\n    [0] none\n    [one] { $n } of { $what }\n   *[other] many { \"{\" }\n }!\n").expect("it parses");
        let say = |n: i64| {
            let values = Values::from([("n".to_owned(), n.into()), ("what".to_owned(), "x".into())]);
            m.format("a", &values).expect("a message").expect("all values")
        };
        assert_eq!((say(0).as_str(), say(1).as_str(), say(7).as_str()), ("none!", "1 of x!", "many {!"));
        assert_eq!(m.format("a", &Values::new()), Some(Err("n".to_owned())));
        assert!(m.format("b", &Values::new()).is_none());
        for wrong in ["a = { NUMBER($n) }\n", "a = { b }\nb = x\n", "-t = x\n", "a = 1\na = 2\n", "a b\n", "a =\n    .title = x\n"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    /// Examples of Unicode CLDR, "Language Plural Rules", cardinals of whole numbers.
    #[test]
    fn plural_categories_are_those_of_cldr() {
        for (language, category, numbers) in [
            ("en", "one", vec![1]),
            ("en", "other", vec![0, 2, 16, 100, 1_000_000]),
            ("fr", "one", vec![0, 1]),
            ("fr", "many", vec![1_000_000]),
            ("fr", "other", vec![2, 17, 100, 1000]),
            ("es", "one", vec![1]),
            ("es", "many", vec![1_000_000]),
            ("es", "other", vec![0, 2, 16, 100]),
            ("ru", "one", vec![1, 21, 31, 101, 1001]),
            ("ru", "few", vec![2, 4, 22, 24, 32, 34, 102, 1002]),
            ("ru", "many", vec![0, 5, 11, 12, 14, 19, 100, 111, 112, 1000]),
            ("ar", "zero", vec![0]),
            ("ar", "one", vec![1]),
            ("ar", "two", vec![2]),
            ("ar", "few", vec![3, 10, 103, 110, 1003]),
            ("ar", "many", vec![11, 26, 99, 111, 1011]),
            ("ar", "other", vec![100, 102, 200, 300, 402, 1000]),
        ] {
            for n in numbers {
                assert_eq!(plural(language)(n), category, "{language} {n}");
            }
        }
    }
}
