//! The script that stands in for a model: the Messages API as any client sees it, and the stories.

mod commands;
mod protocol;
mod refusals;
mod stories;

use serde_json::{Value, json};

use super::{Answer, Env, send};

/// Sends a request for a message under the older version.
pub async fn ask(env: &Env, body: &Value) -> Answer {
    ask_version(env, body, "2023-06-01").await
}

pub async fn ask_version(env: &Env, body: &Value, version: &str) -> Answer {
    send(env.http.post(env.at("/v1/messages")).header("anthropic-version", version).json(body)).await
}

/// A request with one prompt and no tools.
pub fn prompt(text: &str) -> Value {
    json!({"model": "script", "max_tokens": 4096, "messages": [{"role": "user", "content": text}]})
}

/// The same with these fields set.
pub fn with(mut body: Value, fields: Value) -> Value {
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    body
}

/// A tool that takes anything.
pub fn tool(name: &str) -> Value {
    json!({"name": name, "description": "A tool.", "input_schema": {"type": "object"}})
}

/// The texts of a message, one for each block.
pub fn texts(message: &Value) -> Vec<String> {
    let blocks = message["content"].as_array().unwrap_or_else(|| panic!("no content: {message}"));
    let texts = blocks.iter().filter(|block| block["type"] == "text").map(|block| block["text"].as_str().unwrap());
    texts.map(str::to_owned).collect()
}

/// The wishes of a message.
pub fn wishes(message: &Value) -> Vec<Value> {
    message["content"].as_array().unwrap().iter().filter(|block| block["type"] == "tool_use").cloned().collect()
}

/// Events of a stream, with their names.
pub fn events(text: &str) -> Vec<(String, Value)> {
    let event = |part: &str| {
        let (name, data) = part.strip_prefix("event: ").unwrap().split_once("\ndata: ").unwrap();
        (name.to_owned(), serde_json::from_str(data).unwrap())
    };
    assert!(text.ends_with("\n\n"), "{text}");
    text.split_terminator("\n\n").map(event).collect()
}

/// The message that the events of a stream make.
pub fn assembled(events: &[(String, Value)]) -> Value {
    let mut message = events[0].1["message"].clone();
    let mut inputs: Vec<String> = Vec::new();
    for (name, event) in events {
        assert_eq!(event["type"], **name);
        let place = event["index"].as_u64().unwrap_or_default() as usize;
        match name.as_str() {
            "content_block_start" => {
                assert_eq!(message["content"].as_array().unwrap().len(), place);
                message["content"].as_array_mut().unwrap().push(event["content_block"].clone());
                inputs.push(String::new());
            }
            "content_block_delta" => {
                let delta = &event["delta"];
                let field = match delta["type"].as_str().unwrap() {
                    "text_delta" => "text",
                    "thinking_delta" => "thinking",
                    "signature_delta" => "signature",
                    "input_json_delta" => {
                        inputs[place].push_str(delta["partial_json"].as_str().unwrap());
                        continue;
                    }
                    other => panic!("{other}"),
                };
                let known = message["content"][place][field].as_str().unwrap().to_owned();
                message["content"][place][field] = json!(known + delta[field].as_str().unwrap());
            }
            "content_block_stop" if !inputs[place].is_empty() => {
                message["content"][place]["input"] =
                    serde_json::from_str(&inputs[place]).unwrap_or_else(|_| json!(inputs[place]));
            }
            "message_delta" => {
                for (field, value) in event["delta"].as_object().unwrap() {
                    message[field] = value.clone();
                }
                message["usage"] = event["usage"].clone();
            }
            _ => {}
        }
    }
    message
}

/// What a meddler says instead of a tool: text, and whether it is an error.
type Meddled = Option<(String, bool)>;

/// Answers a call in the place of its tool, by its name and input.
type Meddler<'e> = Box<dyn Fn(&str, &str) -> Meddled + 'e>;

/// An agent of one person: sends prompts to the script, and calls what it wishes for.
pub struct Agent<'e> {
    env: &'e Env,
    identifier: &'e str,
    pub tools: Vec<Value>,
    pub messages: Vec<Value>,
    /// Wishes so far, a list for each answer that had some.
    pub rounds: Vec<Vec<(String, Value)>>,
    /// Put ahead of the names of tools.
    prefix: String,
    meddle: Meddler<'e>,
    pub fields: Value,
}

impl<'e> Agent<'e> {
    /// With the tools that this person may call at Linear and Asana.
    pub async fn of(env: &'e Env, identifier: &'e str) -> Self {
        let query = [
            ("identifier", identifier),
            ("filter.providers", "LINEAR"),
            ("filter.providers", "ASANA"),
            ("page_size", "100"),
        ];
        let list = env.get("tools/scoped", &query).await.json();
        let tool = |row: &Value| {
            let definition = &row["tool"]["definition"];
            json!({
                "name": definition["name"],
                "description": definition["description"],
                "input_schema": definition["input_schema"],
            })
        };
        Self {
            env,
            identifier,
            tools: list["tools"].as_array().unwrap().iter().map(tool).collect(),
            messages: Vec::new(),
            rounds: Vec::new(),
            prefix: String::new(),
            meddle: Box::new(|_, _| None),
            fields: json!({}),
        }
    }

    /// Puts something ahead of the names of all tools, and cuts them to 64 signs.
    pub fn renamed(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        for tool in &mut self.tools {
            let name = format!("{prefix}{}", tool["name"].as_str().unwrap());
            tool["name"] = json!(name[..name.len().min(64)]);
        }
        self
    }

    /// Without the tools whose names hold this.
    pub fn without(mut self, part: &str) -> Self {
        self.tools.retain(|tool| !tool["name"].as_str().unwrap().contains(part));
        self
    }

    /// Somebody else answers some calls: told tool and true answer.
    pub fn meddled(mut self, meddle: impl Fn(&str, &str) -> Meddled + 'e) -> Self {
        self.meddle = Box::new(meddle);
        self
    }

    /// Says something and does what the script wishes, until it wishes for nothing more. Returns its last words.
    pub async fn say(&mut self, text: &str) -> String {
        self.messages.push(json!({"role": "user", "content": text}));
        for _ in 0..20 {
            let body = json!({
                "model": "script", "max_tokens": 4096, "tools": self.tools, "messages": self.messages,
            });
            let body = with(body, self.fields.clone());
            let answer = ask(self.env, &body).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let message = answer.json();
            self.messages.push(json!({"role": "assistant", "content": message["content"]}));
            let wishes = wishes(&message);
            if wishes.is_empty() {
                assert_eq!(message["stop_reason"], "end_turn", "{message}");
                return texts(&message).pop().unwrap_or_default();
            }
            assert_eq!(message["stop_reason"], "tool_use");
            let mut results = Vec::new();
            let mut round = Vec::new();
            for wish in wishes {
                let (name, input) = (wish["name"].as_str().unwrap(), wish["input"].clone());
                assert!(self.tools.iter().any(|tool| tool["name"] == name), "{name} is not offered");
                let (content, is_error) = self.execute(name, &input).await;
                results.push(json!({
                    "type": "tool_result", "tool_use_id": wish["id"], "content": content, "is_error": is_error,
                }));
                round.push((name.to_owned(), input));
            }
            self.rounds.push(round);
            self.messages.push(json!({"role": "user", "content": results}));
        }
        panic!("it never ends: {:?}", self.rounds);
    }

    async fn execute(&self, name: &str, input: &Value) -> (String, bool) {
        let known = name.strip_prefix(&self.prefix).unwrap();
        let tool = ["linear_issue_relation_create"].into_iter().find(|whole| whole.starts_with(known)).unwrap_or(known);
        let body = json!({"tool_name": tool, "identifier": self.identifier, "params": input});
        let answer = self.env.post("execute_tool", body).await;
        let json = answer.json();
        let (text, is_error) = match answer.status {
            200 => (json["data"].to_string(), false),
            _ => (json["details"][0]["tool_error_info"]["tool_error_message"].as_str().unwrap().to_owned(), true),
        };
        (self.meddle)(tool, &text).unwrap_or((text, is_error))
    }

    /// The names of the tools that were called, round by round.
    pub fn called(&self) -> Vec<Vec<&str>> {
        self.rounds.iter().map(|round| round.iter().map(|(name, _)| name.as_str()).collect()).collect()
    }
}

/// An environment where these people are connected to Linear and Asana.
pub async fn connected(people: &[&str]) -> Env {
    let env = Env::without_verification().await;
    for person in people {
        for connector in ["linear", "asana"] {
            env.connect(connector, &format!("{person}@acme.dev"), person).await;
        }
    }
    env
}
