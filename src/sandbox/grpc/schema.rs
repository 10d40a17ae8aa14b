//! The services: their messages, and the REST request that each method is bound to. Reference: sections 3 and 14.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error;
use std::io::Read as _;
use std::str::FromStr as _;
use std::sync::LazyLock;

use axum::http::Method as HttpMethod;
use flate2::read::GzDecoder;
use prost_reflect::{DescriptorPool, MessageDescriptor};

/// Descriptor set of the `.proto` files beside it, gzip. A test holds it against them, and writes it anew.
static DESCRIPTORS: &[u8] = include_bytes!("../../../assets/sandbox/grpc/descriptors.bin.gz");

/// A line a route: service, method, HTTP method, path, body; with tabs between.
static ROUTES: &str = include_str!("../../../assets/sandbox/grpc/routes.tsv");

/// Made at the first call: most runs never get one. The complaint is of our own data, which tests hold.
static SCHEMA: LazyLock<Result<Schema, String>> = LazyLock::new(|| Schema::read().map_err(|e| e.to_string()));

/// Every method that there is.
pub struct Schema {
    methods: HashMap<String, Method>,
    /// `google.rpc.Status`, with which errors say their details.
    pub status: MessageDescriptor,
}

/// One method.
pub struct Method {
    pub input: MessageDescriptor,
    pub output: MessageDescriptor,
    /// The REST requests it may become, the first that fits before others.
    pub routes: Vec<Route>,
}

/// One REST request that a method may become.
#[derive(Debug)]
pub struct Route {
    pub method: HttpMethod,
    pub path: Vec<PathPart>,
    pub body: RouteBody,
}

/// Part of a path.
#[derive(Debug, PartialEq, Eq)]
pub enum PathPart {
    Text(String),
    /// Value of that field.
    Field(String),
}

/// Body of a request. What is neither in it nor in the path stands in the query. Reference: section 1.5.
#[derive(Debug, PartialEq, Eq)]
pub enum RouteBody {
    None,
    /// Everything but what stands in the path.
    Rest,
    /// That field itself.
    Field(String),
}

impl Schema {
    /// The one schema.
    ///
    /// # Errors
    /// What is wrong with the data that it is made of.
    pub fn get() -> Result<&'static Self, &'static str> {
        SCHEMA.as_ref().map_err(String::as_str)
    }

    fn read() -> Result<Self, Box<dyn Error>> {
        let mut descriptors = Vec::new();
        GzDecoder::new(DESCRIPTORS).read_to_end(&mut descriptors)?;
        let pool = DescriptorPool::decode(descriptors.as_slice())?;
        let mut methods: HashMap<String, Method> = HashMap::new();
        for line in ROUTES.lines() {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().ok_or_else(|| format!("a cell is missing in {line:?}"));
            let (service, name) = (cell()?, cell()?);
            let route =
                Route { method: HttpMethod::from_str(cell()?)?, path: path(cell()?), body: RouteBody::read(cell()?) };
            let known = methods.entry(format!("/{service}/{name}"));
            let method = match known {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let service = pool.get_service_by_name(service).ok_or_else(|| format!("no service {service}"))?;
                    let method = service.methods().find(|method| method.name() == name);
                    let method = method.ok_or_else(|| format!("no method {name}"))?;
                    place.insert(Method { input: method.input(), output: method.output(), routes: Vec::new() })
                }
            };
            method.routes.push(route);
        }
        let status = pool.get_message_by_name("google.rpc.Status").ok_or("no message of errors")?;
        Ok(Self { methods, status })
    }

    /// The method of a path, `/package.Service/Method`.
    pub fn method(&self, path: &str) -> Option<&Method> {
        self.methods.get(path)
    }

    /// Names of the methods of a service, in order.
    pub fn methods_of(&self, service: &str) -> Vec<&str> {
        let paths = self.methods.keys().filter_map(|path| path.strip_prefix('/')?.split_once('/'));
        let mut names: Vec<_> = paths.filter(|(known, _)| *known == service).map(|(_, name)| name).collect();
        names.sort_unstable();
        names
    }

    /// The path of every method.
    #[cfg(test)]
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<_> = self.methods.keys().cloned().collect();
        paths.sort();
        paths
    }

    /// Whether some method is bound to this very path, without a field in it.
    pub fn is_fixed_path(&self, path: &str) -> bool {
        let routes = self.methods.values().flat_map(|method| &method.routes);
        routes.filter_map(Route::fixed_path).any(|fixed| fixed == path)
    }
}

impl Route {
    /// Fields that stand in the path.
    pub fn path_fields(&self) -> impl Iterator<Item = &str> {
        self.path.iter().filter_map(|part| match part {
            PathPart::Field(name) => Some(name.as_str()),
            PathPart::Text(_) => None,
        })
    }

    fn fixed_path(&self) -> Option<&str> {
        match self.path.as_slice() {
            [PathPart::Text(path)] => Some(path),
            _ => None,
        }
    }
}

impl RouteBody {
    fn read(cell: &str) -> Self {
        match cell {
            "" => Self::None,
            "*" => Self::Rest,
            field => Self::Field(field.to_owned()),
        }
    }
}

/// Parts of `/a/{b}:c`.
fn path(template: &str) -> Vec<PathPart> {
    // Texts and fields take turns, beginning with a text.
    let parts = template.split(['{', '}']).enumerate();
    let parts = parts.map(|(at, part)| match at % 2 {
        0 => PathPart::Text(part.to_owned()),
        _ => PathPart::Field(part.to_owned()),
    });
    parts.filter(|part| !matches!(part, PathPart::Text(text) if text.is_empty())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_names_a_method_and_fields_that_there_are() {
        let schema = Schema::get().expect("a schema");
        assert_eq!(ROUTES.lines().count(), schema.methods.values().map(|method| method.routes.len()).sum::<usize>());
        for (name, method) in &schema.methods {
            for route in &method.routes {
                for field in route.path_fields() {
                    let field =
                        method.input.get_field_by_name(field).unwrap_or_else(|| panic!("{name} has no {field}"));
                    assert!(!field.supports_presence() && !field.is_list(), "{field:?} can stand in a path");
                }
                if let RouteBody::Field(field) = &route.body {
                    assert!(method.input.get_field_by_name(field).is_some(), "{name} has no {field}");
                }
            }
        }
    }

    #[test]
    fn every_method_of_every_service_has_a_route() {
        let schema = Schema::get().expect("a schema");
        let pool = schema.status.parent_pool();
        let mut count = 0;
        for method in pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
            assert!(schema.method(&path).is_some(), "{path}");
            count += 1;
        }
        assert_eq!(count, schema.methods.len());
    }

    #[test]
    fn templates_fall_into_texts_and_fields() {
        let text = |text: &str| PathPart::Text(text.into());
        assert_eq!(path("/a/b"), [text("/a/b")]);
        assert_eq!(path("/a/{id}"), [text("/a/"), PathPart::Field("id".into())]);
        assert_eq!(path("/a/{id}:verb"), [text("/a/"), PathPart::Field("id".into()), text(":verb")]);
    }
}
