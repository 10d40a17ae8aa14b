//! Requests of other programs as a beginning for contracts.

use serde_json::Value;
use url::Url;

use super::write::Draft;
use crate::domain::ProxyMethod;

/// Reason why a line makes no contract, in a sentence.
type CurlProblem = String;

/// Options that take a value and mean nothing here.
const IGNORED: [&str; 20] = [
    "-o",
    "--output",
    "-A",
    "--user-agent",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "-x",
    "--proxy",
    "-w",
    "--write-out",
    "--cacert",
    "--cert",
    "--key",
    "-e",
    "--referer",
    "--resolve",
    "-c",
    "--cookie-jar",
];

/// Options that are a credential, with their value.
const CREDENTIALS: [&str; 6] = ["-u", "--user", "-b", "--cookie", "--oauth2-bearer", "--aws-sigv4"];

/// The request of a curl line. Whatever may be a credential is left out.
///
/// # Errors
/// The line cannot be read, or sends what no contract can.
pub fn from_curl(line: &str) -> Result<Draft, CurlProblem> {
    let words = shell_words::split(line.trim().trim_start_matches("$ ").replace("\\\n", " ").as_str())
        .map_err(|_| "The curl line has a quote that is not closed.".to_owned())?;
    let mut words = words.into_iter().peekable();
    if words.next_if(|word| word == "curl").is_none() {
        return Err("The line begins with curl.".into());
    }
    let (mut method, mut url, mut data, mut headers) = (None::<String>, None::<String>, Vec::new(), Vec::new());
    let (mut is_get, mut is_form, mut is_json) = (false, false, false);
    while let Some(word) = words.next() {
        let (word, attached) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
            _ => short(word),
        };
        let mut value = || attached.clone().or_else(|| words.next()).ok_or_else(|| format!("{word} lacks its value."));
        match word.as_str() {
            "-X" | "--request" => method = Some(value()?),
            "--url" => url = Some(value()?),
            "-H" | "--header" => {
                let header = value()?;
                if let Some((name, value)) = header.split_once(':') {
                    headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" => data.push(value()?),
            "--data-urlencode" => {
                data.push(value()?);
                is_form = true;
            }
            "--json" => {
                data.push(value()?);
                is_json = true;
            }
            "-F" | "--form" | "-T" | "--upload-file" => {
                return Err(format!("{word} sends a file, which no contract's request can."));
            }
            "-G" | "--get" => is_get = true,
            "-I" | "--head" => method = Some("HEAD".into()),
            known if CREDENTIALS.contains(&known) || IGNORED.contains(&known) => drop(value()?),
            flag if flag.starts_with('-') => {}
            _ if url.is_none() => url = Some(word),
            _ => return Err("The line names more than one address.".into()),
        }
    }
    let url = url.ok_or("The line names no address.")?;
    let url = if url.contains("://") { url } else { format!("https://{url}") };
    let url = Url::parse(&url).map_err(|_| "Its address is none.".to_owned())?;
    let mut query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let text = data.join("&");
    if text.starts_with('@') {
        return Err("The data is read from a file. Give it in the line.".into());
    }
    let mut draft = Draft { path: url.path().to_owned(), headers, ..Draft::default() };
    let pairs = || url::form_urlencoded::parse(text.as_bytes()).into_owned().collect::<Vec<_>>();
    match (data.is_empty(), is_get) {
        (true, _) => {}
        (false, true) => query.extend(pairs()),
        (false, false) => match serde_json::from_str::<Value>(&text) {
            Ok(body) if !is_form => draft.body = Some(body),
            _ if is_json => return Err("The data is no JSON.".into()),
            _ => draft.form = pairs(),
        },
    }
    let usual = if data.is_empty() || is_get { "GET" } else { "POST" };
    let method = method.unwrap_or_else(|| usual.into()).to_ascii_uppercase();
    draft.method = method.parse::<ProxyMethod>().map_err(|_| format!("{method} is none of HTTP's methods."))?;
    draft.query = query;
    draft.host = url.host_str().unwrap_or_default().to_owned();
    Ok(draft)
}

/// A short option with its value in one word, as in `-XPOST`.
fn short(word: String) -> (String, Option<String>) {
    let takes_value = ["-X", "-H", "-d", "-u", "-b", "-o", "-A", "-F", "-T", "-m", "-x", "-w", "-e", "-c"];
    match takes_value.iter().find_map(|option| word.strip_prefix(option).filter(|rest| !rest.is_empty())) {
        Some(rest) if !word.starts_with("--") => {
            let (rest, at) = (rest.to_owned(), word.len() - rest.len());
            (word.get(..at).unwrap_or_default().to_owned(), Some(rest))
        }
        _ => (word, None),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Contract, write};
    use super::*;

    #[test]
    fn a_line_becomes_a_contract_without_its_credentials() {
        let line = r#"curl -sS -XPOST 'https://api.acme.dev/v1/teams/42/tickets?notify=true&access_token=sk_live_hunter2' \
            -H 'Authorization: Bearer hunter2' -H "X-Api-Key: hunter2" -H 'Accept: application/json' \
            -u ada:hunter2 --data-raw '{"title":"A \"quote\"","labels":["a"],"count":3}'"#;
        let draft = from_curl(line).unwrap();
        assert_eq!((draft.method, draft.host.as_str()), (ProxyMethod::Post, "api.acme.dev"));
        let text = write(&Draft { name: "acme_ticket_create".into(), provider: "ACME".into(), ..draft });
        assert!(!text.contains("hunter2"), "{text}");
        let contract = Contract::parse(&text, "x.toml").unwrap_or_else(|problems| panic!("{problems:?}\n{text}"));
        assert!(text.contains("/v1/teams/{team_id}/tickets"), "{text}");
        assert!(contract.schema().raw().contains("\"count\""), "{}", contract.schema().raw());
    }

    #[test]
    fn forms_documents_and_reads_keep_their_shape() {
        let get = from_curl("curl api.acme.dev/me --get -d a=1 -d 'b=x y'").unwrap();
        assert_eq!(get.method, ProxyMethod::Get);
        assert_eq!(get.query, [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "x y".to_owned())]);
        let form = from_curl("curl https://acme.dev/x -d a=1").unwrap();
        assert_eq!((form.method, form.form.len(), form.body), (ProxyMethod::Post, 1, None));
        let line = r#"curl https://acme.dev/graphql --json '{"query":"query A($id: ID!) { a(id: $id) { b } }","variables":{"id":"7"}}'"#;
        let text = write(&Draft { name: "a_get".into(), provider: "ACME".into(), ..from_curl(line).unwrap() });
        assert!(text.contains("[graphql]") && Contract::parse(&text, "x").is_ok(), "{text}");
    }

    #[test]
    fn what_makes_no_contract_is_said() {
        for (line, says) in [
            ("wget x", "begins with curl"),
            ("curl 'x", "not closed"),
            ("curl -X", "lacks its value"),
            ("curl", "names no address"),
            ("curl a b", "more than one"),
            ("curl -F f=@x https://a.dev", "sends a file"),
            ("curl -X FETCH https://a.dev", "none of HTTP's"),
            ("curl -d @x https://a.dev", "from a file"),
        ] {
            let problem = from_curl(line).unwrap_err();
            assert!(problem.contains(says), "{line}: {problem}");
        }
    }
}
