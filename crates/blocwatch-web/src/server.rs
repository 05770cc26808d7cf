//! The server: routes, limits, headers, start and stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Query, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;

use crate::error::{Result, WebError, refusal};
use crate::listen::{self, Limits};
use crate::locale::{self, ENGLISH, LANGUAGES, Lang};
use crate::made::Page;
use crate::params::Params;
use crate::site::Site;
use crate::{api, assets, made, pages, warm};

/// Requests worked on at once; more are asked to come back.
const AT_ONCE: usize = 64;
/// After this a request is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// The look of the pages: that of briefs, and what only pages have.
static STYLE: std::sync::LazyLock<(String, String)> = std::sync::LazyLock::new(|| {
    let parts = [
        blocwatch_publish::html::STYLE,
        blocwatch_publish::texts::TEXTS_STYLE,
        include_str!("../templates/site.css"),
        include_str!("../templates/islands.css"),
    ];
    let css = parts.concat();
    let tag = made::tag(css.as_bytes());
    (css, tag)
});

/// On every answer, beside the content policy ([`crate::assets::policy`]).
const HEADERS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
];

/// How the server runs.
pub struct Config {
    /// Address and port.
    pub listen: SocketAddr,
    /// Called once, with the address it listens on.
    pub ready: Box<dyn Fn(SocketAddr) + Send + Sync>,
    /// Called for each answer with one line: method, path, status, milliseconds. No addresses. `None` logs nothing.
    pub log: Option<Box<dyn Fn(&str) + Send + Sync>>,
    /// Called with what went wrong on our side, beside the answer.
    pub broken: Box<dyn Fn(&str) + Send + Sync>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// What every request can reach.
#[derive(Clone)]
struct Shared {
    site: Arc<Site>,
    config: Arc<Config>,
    places: Arc<Semaphore>,
}

/// Serves an observatory until the program is interrupted or terminated; requests under way are finished.
///
/// # Errors
/// The address cannot be listened on.
pub fn serve(site: Site, config: Config) -> Result<()> {
    let listen = config.listen;
    let failed = move |e: std::io::Error| WebError::Listen { address: listen.to_string(), why: e.to_string() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(failed)?;
    // held here until the runtime has ended: the site has a runtime of its own, which must not be dropped within another
    let site = Arc::new(site);
    let shown = Arc::clone(&site);
    let served = runtime.block_on(async move {
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let at = listener.local_addr().map_err(failed)?;
        (config.ready)(at);
        warm::begin(&shown);
        let router = router(shown, Arc::new(config));
        listen::listen(listener, router, Limits::default(), stopped()).await;
        Ok(())
    });
    // work that did not end in the time for it is left behind
    runtime.shutdown_timeout(Duration::from_secs(1));
    drop(site);
    served
}

/// Returns when the program is asked to stop.
async fn stopped() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}

/// All routes with their limits.
fn router(site: Arc<Site>, config: Arc<Config>) -> Router {
    let shared = Shared { site, config, places: Arc::new(Semaphore::new(AT_ONCE)) };
    let mut router = Router::new().route("/static/site.css", get(style)).route("/assets/{file}", get(assets::answer));
    for route in pages::ROUTES {
        router = router.route(route.path, page(route, None));
        for language in LANGUAGES {
            router = router.route(&format!("/{}{}", language.code, route.path), page(route, Some(language)));
        }
    }
    for route in api::ROUTES {
        router = router.route(route.path, answer(route));
    }
    router
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}

/// What a page or an answer is asked for.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Parts of the path, decoded, in order.
    pub(crate) path: Vec<String>,
    /// Parameters.
    pub(crate) params: Params,
    /// Path and parameters as asked, without the language.
    pub(crate) address: String,
    /// The language to answer in.
    pub(crate) lang: Lang,
    /// Whether the page is for a copy of the site as files.
    pub(crate) copy: bool,
}

impl Ask {
    /// The first part of the path.
    pub(crate) fn first(&self) -> &str {
        self.path.first().map_or("", String::as_str)
    }

    /// A request for nothing in particular.
    pub(crate) fn bare(lang: Lang) -> Self {
        Self { path: Vec::new(), params: Params::default(), address: "/".to_owned(), lang, copy: false }
    }

    /// A page for a copy, by its address: which page it is, and what it is asked.
    pub(crate) fn of(address: &str, lang: Lang) -> Result<(&'static PageRoute, Self)> {
        let uri: Uri = address.parse().map_err(|_| WebError::Bad(format!("'{}' is no address", crate::params::short(address))))?;
        let (route, path) = route_of(uri.path()).ok_or_else(|| WebError::NotFound(format!("there is no page {address}")))?;
        Ok((route, Self { copy: true, ..Self::read(path, &uri, route.allowed, lang)? }))
    }

    /// What a program asks.
    fn strict(path: Vec<String>, uri: &Uri, allowed: &[&str]) -> Result<Self> {
        bounded(&path)?;
        let params = Params::strict(pairs(uri)?, allowed)?;
        Ok(Self { path, params, ..Self::bare(ENGLISH) })
    }

    fn read(path: Vec<String>, uri: &Uri, allowed: &[&str], lang: Lang) -> Result<Self> {
        bounded(&path)?;
        let address = uri.path_and_query().map_or_else(|| uri.path(), |p| p.as_str());
        let address = locale::split(address).map_or(address, |(_, rest)| rest).to_owned();
        Ok(Self { path, params: Params::read(pairs(uri)?, allowed)?, address, lang, copy: false })
    }
}

fn pairs(uri: &Uri) -> Result<Vec<(String, String)>> {
    let read = Query::<Vec<(String, String)>>::try_from_uri(uri);
    read.map(|q| q.0).map_err(|_| WebError::Bad("the parameters in the address cannot be read".to_owned()))
}

/// Names in an address are names: nobody's is a page long.
fn bounded(path: &[String]) -> Result<()> {
    const LONGEST: usize = 1024;
    if path.iter().any(|p| p.len() > LONGEST) {
        return Err(WebError::Bad(format!("a name in the address is longer than {LONGEST} bytes")));
    }
    Ok(())
}

fn parts(raw: &RawPathParams) -> Vec<String> {
    raw.iter().map(|(_, v)| v.to_owned()).collect()
}

/// The page at a path, and the parts of the path that it names.
pub(crate) fn route_of(path: &str) -> Option<(&'static PageRoute, Vec<String>)> {
    let asked: Vec<&str> = path.split('/').collect();
    pages::ROUTES.iter().find_map(|route| {
        let own: Vec<&str> = route.path.split('/').collect();
        if own.len() != asked.len() {
            return None;
        }
        let mut named = Vec::new();
        for (own, asked) in own.iter().zip(&asked) {
            if own.starts_with('{') && !asked.is_empty() {
                named.push(crate::links::decode(asked));
            } else if own != asked {
                return None;
            }
        }
        Some((route, named))
    })
}

/// The style sheet of the pages.
pub(crate) fn style_sheet() -> &'static str {
    &STYLE.0
}

/// A page: where it is, what it may be asked, and how it is made.
pub(crate) struct PageRoute {
    pub(crate) path: &'static str,
    pub(crate) allowed: &'static [&'static str],
    pub(crate) make: fn(&Site, &Ask) -> Result<String>,
}

/// An answer for programs.
pub(crate) struct AnswerRoute {
    pub(crate) path: &'static str,
    pub(crate) allowed: &'static [&'static str],
    pub(crate) make: fn(&Site, &Ask) -> Result<Answer>,
}

/// Bytes of a kind.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) kind: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Further headers.
    pub(crate) headers: Vec<(HeaderName, String)>,
}

/// A page in the language of its address, or else in the one that the browser prefers.
fn page(route: &'static PageRoute, fixed: Option<Lang>) -> MethodRouter<Shared> {
    get(move |State(shared): State<Shared>, raw: RawPathParams, uri: Uri, headers: HeaderMap| async move {
        let lang = fixed.unwrap_or_else(|| accepted(&headers));
        let ask = match Ask::read(parts(&raw), &uri, route.allowed, lang) {
            Ok(ask) => ask,
            Err(e) => return told(&shared, lang, fixed.is_some(), &e),
        };
        let site = Arc::clone(&shared.site);
        match work(move || made(&site, route, &ask, fixed.is_some())).await {
            Ok(page) if unchanged(&headers, &page.tag) => not_modified(&page.tag),
            Ok(page) => {
                let tag = page.tag.clone();
                let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
                let said = (header::CONTENT_LANGUAGE, lang.code.to_owned());
                let fixed = [kind, said, (header::ETAG, tag), cached(), varies()];
                if accepts_gzip(&headers) && !page.packed.is_empty() {
                    let packed = [(header::CONTENT_ENCODING, "gzip")];
                    return (fixed, packed, AppendHeaders([(header::VARY, "accept-encoding")]), page.packed.clone()).into_response();
                }
                (fixed, page.html()).into_response()
            }
            Err(e) => told(&shared, lang, fixed.is_some(), &e),
        }
    })
}

/// A page as it is sent, made if it has not been. `fixed`: its links stay in its language.
pub(crate) fn made(site: &Site, route: &PageRoute, ask: &Ask, fixed: bool) -> Result<Arc<Page>> {
    site.page(&key(ask, fixed), &ask.address, || {
        let html = (route.make)(site, ask)?;
        Ok(if fixed { within(ask.lang, &html) } else { html })
    })
}

/// Under which a page is kept.
pub(crate) fn key(ask: &Ask, fixed: bool) -> String {
    format!("{}{}{}", ask.lang.code, if fixed { "!" } else { "" }, ask.address)
}

/// Whether a browser reads gzip (RFC 9110, 12.5.3, as far as browsers go: named, and not with a weight of nought).
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    said.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.trim().parse() == Ok(0.0_f32));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

/// The language that a browser prefers.
fn accepted(headers: &HeaderMap) -> Lang {
    headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).map_or(ENGLISH, locale::preferred)
}

/// A page whose links to pages stay in its language.
fn within(lang: Lang, html: &str) -> String {
    crate::links::rewrite(html, |address| {
        let plain =
            ["/static/", "/assets/", "/api/", "/feed.xml"].iter().any(|p| address.starts_with(p)) || locale::split(address).is_some();
        (!plain).then(|| format!("/{}{address}", lang.code))
    })
}

/// Pages differ by what the browser prefers.
fn varies() -> (HeaderName, String) {
    (header::VARY, "accept-language".to_owned())
}

fn answer(route: &'static AnswerRoute) -> MethodRouter<Shared> {
    get(move |State(shared): State<Shared>, raw: RawPathParams, uri: Uri, headers: HeaderMap| async move {
        let site = Arc::clone(&shared.site);
        let ask = Ask::strict(parts(&raw), &uri, route.allowed);
        match work(move || (route.make)(&site, &ask?)).await {
            Ok(answer) => {
                let tag = made::tag(&answer.bytes);
                if unchanged(&headers, &tag) {
                    return not_modified(&tag);
                }
                let fixed = [(header::CONTENT_TYPE, answer.kind.to_owned()), (header::ETAG, tag), cached()];
                let mut response = (fixed, answer.bytes).into_response();
                let own = uri.path_and_query().map_or("/", |p| p.as_str());
                let links = [format!("<{own}>; rel=\"self\""), "</api/v1/openapi.json>; rel=\"service-desc\"".to_owned()];
                let links = links.map(|l| (header::LINK, l));
                for (name, value) in answer.headers.into_iter().chain(links) {
                    if let Ok(value) = HeaderValue::from_str(&value) {
                        response.headers_mut().append(name, value);
                    }
                }
                response
            }
            Err(e) => {
                log_broken(&shared, &e);
                e.problem()
            }
        }
    })
}

/// Ask again whether it changed, and use what is held if not.
fn cached() -> (HeaderName, String) {
    (header::CACHE_CONTROL, "no-cache".to_owned())
}

/// Runs what may take a while apart from the threads that talk to visitors.
async fn work<T: Send + 'static>(make: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(make).await.unwrap_or_else(|e| Err(WebError::Broken(format!("a request stopped: {e}"))))
}

pub(crate) fn unchanged(headers: &HeaderMap, tag: &str) -> bool {
    let held = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // weak comparison (RFC 9110, 13.1.2): what a server in between has made strong or weak is the same page
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    held.split(',').any(|h| plain(h) == plain(tag) || h.trim() == "*")
}

fn not_modified(tag: &str) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, tag.to_owned()), cached()]).into_response()
}

fn log_broken(shared: &Shared, error: &WebError) {
    if matches!(error, WebError::Broken(_)) {
        (shared.config.broken)(&error.to_string());
    }
}

fn told(shared: &Shared, lang: Lang, fixed: bool, error: &WebError) -> Response {
    log_broken(shared, error);
    let html = shared.site.error_page(lang, error);
    let html = if fixed { within(lang, &html) } else { html };
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
    (error.status(), [kind, (header::CONTENT_LANGUAGE, lang.code.to_owned()), varies()], html).into_response()
}

async fn style(headers: HeaderMap) -> Response {
    let (css, tag) = &*STYLE;
    if unchanged(&headers, tag) {
        return not_modified(tag);
    }
    let held = "max-age=3600".to_owned();
    let fixed = [(header::CONTENT_TYPE, "text/css; charset=utf-8".to_owned()), (header::ETAG, tag.clone()), (header::CACHE_CONTROL, held)];
    (fixed, css.as_str()).into_response()
}

async fn nowhere(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    let path = crate::params::short(uri.path());
    let error = WebError::NotFound(format!("there is no page {path}"));
    let fixed = locale::split(uri.path()).map(|(lang, _)| lang);
    if uri.path().starts_with("/api/") {
        error.problem()
    } else {
        told(&shared, fixed.unwrap_or_else(|| accepted(&headers)), fixed.is_some(), &error)
    }
}

/// Before and after everything: who may ask, how many at once, and the headers of every answer.
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = match refused(&shared, &request) {
        Some(response) => response,
        None => match Arc::clone(&shared.places).try_acquire_owned() {
            Ok(_place) => tokio::time::timeout(PATIENCE, next.run(request))
                .await
                .unwrap_or_else(|_| refusal(&path, StatusCode::GATEWAY_TIMEOUT, "this took longer than the server waits; ask for less")),
            Err(_) => {
                let busy = refusal(&path, StatusCode::SERVICE_UNAVAILABLE, "too many requests at once; come back in a moment");
                with(busy, header::RETRY_AFTER, "2")
            }
        },
    };
    for (name, value) in HEADERS.iter().chain(&[("content-security-policy", assets::policy())]) {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Some(log) = &shared.config.log {
        log(&format!("{method} {path} {} {} ms", response.status().as_u16(), begun.elapsed().as_millis()));
    }
    response
}

fn with(mut response: Response, name: HeaderName, value: &'static str) -> Response {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

fn refused(shared: &Shared, request: &Request) -> Option<Response> {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let refused = refusal(path, StatusCode::METHOD_NOT_ALLOWED, "this server only answers questions (GET, HEAD)");
        return Some(with(refused, header::ALLOW, "GET, HEAD"));
    }
    // questions have no body; one of unsaid length is where two servers differ about the next request (RFC 9112, 6.1)
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Some(refusal(path, StatusCode::BAD_REQUEST, "this server takes no body"));
    }
    if headers.get_all(header::HOST).iter().count() > 1 {
        return Some(refusal(path, StatusCode::BAD_REQUEST, "a request with more than one Host"));
    }
    // a page elsewhere that makes a browser ask this machine under another name (DNS rebinding) gets nothing
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // an address in full stands above the header (RFC 9112, 3.2.2)
    let host = request.uri().authority().map_or(host, |a| a.as_str());
    if shared.config.listen.ip().is_loopback() && !local(host) {
        let text = "this server answers only to names of this machine, such as 127.0.0.1 or localhost";
        return Some(refusal(path, StatusCode::MISDIRECTED_REQUEST, text));
    }
    None
}

/// Whether a `Host` names this machine.
fn local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_local() {
        for yes in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:8080", "[::1]"] {
            assert!(local(yes), "{yes}");
        }
        for no in ["", "example.org", "localhost.example.org", "127.0.0.1.example.org:80", "10.0.0.1", "[::2]:80", "evil:127.0.0.1"] {
            assert!(!local(no), "{no}");
        }
    }
}
