//! From an input to the request that goes out.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{BodyTemplate, Contract, Jq, upload};
use crate::domain::{ConnectionName, Fault, FaultKind, Identifier, JsonText, ProxyBody, ProxyMethod, ProxyRequest};

/// Members of an input, each as JSON byte for byte, with what the schema sets for those that it lacks.
#[derive(Clone, Debug, Default)]
pub struct Inputs(IndexMap<String, Box<str>>);

impl Inputs {
    /// Reads an input.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`]: it is no object.
    pub fn read(contract: &Contract, input: &JsonText) -> Result<Self, Fault> {
        let members: IndexMap<String, Box<RawValue>> = serde_json::from_slice(input.bytes())
            .map_err(|_| Fault::new(FaultKind::InvalidInput, "The input must be a JSON object. Nothing was sent."))?;
        let mut inputs: IndexMap<_, _> =
            members.into_iter().map(|(name, value)| (name, Box::<str>::from(value.get()))).collect();
        for (name, value) in &contract.0.defaults {
            inputs.entry(name.clone()).or_insert_with(|| value.as_str().into());
        }
        Ok(Self(inputs))
    }

    /// A member as JSON.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(AsRef::as_ref)
    }

    /// True for a member that says something.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value != "null")
    }

    /// All members in one object.
    pub fn json(&self) -> JsonText {
        object(self.0.iter().map(|(name, value)| (name.as_str(), value.as_ref())))
    }
}

#[cfg(test)]
impl From<&str> for Inputs {
    fn from(json: &str) -> Self {
        let members: IndexMap<String, Box<RawValue>> = serde_json::from_str(json).unwrap();
        Self(members.into_iter().map(|(name, value)| (name, value.get().into())).collect())
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, &'a str)>) -> JsonText {
    let members: Vec<_> = members.map(|(name, json)| format!("{}:{json}", Value::from(name))).collect();
    JsonText::parse(format!("{{{}}}", members.join(","))).unwrap_or_else(|_| JsonText::empty_object())
}

/// One request of a contract, ready but for the account that it is for.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub(super) method: ProxyMethod,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) payload: Payload,
}

/// Body of an outgoing request.
#[derive(Clone, Debug)]
pub(super) enum Payload {
    None,
    Json(JsonText),
    Form(Vec<(String, String)>),
    Graphql { document: Arc<str>, variables: IndexMap<String, String> },
}

impl Contract {
    /// The request that an input makes. Runs one filter where the contract has `input`.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`] where the input does not fill the request; as of [`Jq::run`].
    pub async fn request(&self, inputs: &Inputs, jq: &dyn Jq) -> Result<Outgoing, Fault> {
        let parts = self.0.as_ref();
        let path = parts.path.path(inputs).map_err(|sentence| unfit(&sentence))?;
        let pairs = |templates: &[(String, super::Template)]| {
            let mut found = Vec::new();
            for (name, template) in templates {
                found.extend(template.text(inputs)?.map(|text| (name.clone(), text)));
            }
            Ok::<_, String>(found)
        };
        let query = pairs(&parts.query).map_err(|sentence| unfit(&sentence))?;
        let headers = pairs(&parts.headers).map_err(|sentence| unfit(&sentence))?;
        let made = match &parts.input {
            Some(filter) => Some(jq.run(filter, &inputs.json()).await.map_err(|fault| failed_filter("input", fault))?),
            None => None,
        };
        let payload = match (&parts.body, made) {
            (BodyTemplate::None, _) => Payload::None,
            (BodyTemplate::Input, made) => Payload::Json(made.unwrap_or_else(|| inputs.json())),
            (BodyTemplate::Json(template), _) => {
                let json = template.json(inputs).map_err(|sentence| unfit(&sentence))?;
                Payload::Json(json.and_then(|json| JsonText::parse(json).ok()).unwrap_or_else(JsonText::empty_object))
            }
            (BodyTemplate::Form(fields), _) => Payload::Form(pairs(fields).map_err(|sentence| unfit(&sentence))?),
            (BodyTemplate::Graphql { document, variables, declared }, made) => {
                let variables = match (made, variables) {
                    (Some(made), _) => members(&made)?,
                    (None, Some(template)) => {
                        let found = template.members(inputs).map_err(|sentence| unfit(&sentence))?;
                        let mut found: IndexMap<_, _> =
                            found.into_iter().map(|(name, json)| (name.to_owned(), json)).collect();
                        // A table that must be there is sent empty where the input fills nothing of it.
                        let tables =
                            template.tables().filter(|name| declared.iter().any(|(d, must)| d == name && *must));
                        for name in tables {
                            found.entry(name.to_owned()).or_insert_with(|| "{}".to_owned());
                        }
                        found
                    }
                    (None, None) => {
                        let named =
                            declared.iter().filter_map(|(name, _)| Some((name.clone(), inputs.get(name)?.into())));
                        named.collect()
                    }
                };
                Payload::Graphql { document: Arc::clone(document), variables }
            }
        };
        Ok(Outgoing { method: parts.method, path, query, headers, payload })
    }

    /// The bytes that this input has for the contract's upload; none where it has no such step.
    ///
    /// # Errors
    /// [`FaultKind::InvalidInput`]: they are not Base64, or there are none.
    pub fn bytes(&self, inputs: &Inputs) -> Result<Option<bytes::Bytes>, Fault> {
        let Some(step) = &self.0.upload else { return Ok(None) };
        let text = inputs.get(&step.content).and_then(|raw| serde_json::from_str::<String>(raw).ok());
        let bytes = text.as_deref().and_then(upload::decode);
        bytes.map(Some).ok_or_else(|| unfit(&format!("“{}” must be Base64.", step.content)))
    }
}

fn members(made: &JsonText) -> Result<IndexMap<String, String>, Fault> {
    let members: IndexMap<String, Box<RawValue>> = serde_json::from_slice(made.bytes())
        .map_err(|_| unfit("The filter “input” must make one object, which holds the variables."))?;
    Ok(members.into_iter().map(|(name, value)| (name, value.get().to_owned())).collect())
}

/// Refusal of an input.
fn unfit(sentence: &str) -> Fault {
    Fault::new(FaultKind::InvalidInput, format!("{sentence} Nothing was sent."))
}

/// A filter's failure, with its name.
pub(super) fn failed_filter(name: &str, fault: Fault) -> Fault {
    let message = format!("The contract's jq filter “{name}” failed: {}", fault.message.trim_end());
    Fault { message: message.into(), ..fault }
}

impl Outgoing {
    /// The request for one account.
    pub fn for_account(&self, connection: &ConnectionName, identifier: &Identifier) -> ProxyRequest {
        let pairs = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
        };
        let body = match &self.payload {
            Payload::None => ProxyBody::None,
            Payload::Json(json) => ProxyBody::Json(json.clone()),
            Payload::Form(fields) => ProxyBody::Form(pairs(fields)),
            Payload::Graphql { document, variables } => {
                let query = Value::from(document.as_ref()).to_string();
                let variables = object(variables.iter().map(|(name, json)| (name.as_str(), json.as_str())));
                ProxyBody::Json(object([("query", query.as_str()), ("variables", variables.raw())].into_iter()))
            }
        };
        ProxyRequest {
            connection: connection.clone(),
            identifier: identifier.clone(),
            method: self.method,
            path: self.path.as_str().into(),
            query: pairs(&self.query),
            headers: pairs(&self.headers),
            body,
        }
    }

    /// The same with another value for a variable of the document, or else for a parameter of the query.
    #[must_use]
    pub(super) fn with(&self, name: &str, json: &str) -> Self {
        let mut next = self.clone();
        if let Payload::Graphql { variables, .. } = &mut next.payload {
            variables.insert(name.to_owned(), json.to_owned());
            return next;
        }
        let text = match serde_json::from_str(json) {
            Ok(Value::String(text)) => text,
            _ => json.to_owned(),
        };
        next.query.retain(|(known, _)| known != name);
        next.query.push((name.to_owned(), text));
        next
    }
}
