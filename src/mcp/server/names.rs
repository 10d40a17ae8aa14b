//! Names of tools that every client takes.
//!
//! The protocol allows 128 characters of `A-Za-z0-9_.-`; clients that hand tools on to a model allow 64 and no dot.
//! Reference: docs/mcp.md, Serving.

use std::collections::HashMap;
use std::sync::Arc;

use super::host::OfferedTool;

/// Length of a name in characters, at most.
const LONGEST: usize = 64;

/// Length of a group before a name, at most: something of the name has to be left.
const LONGEST_GROUP: usize = 24;

/// The names that clients see, in the order of the tools. The same tools have the same names, in whatever order they come;
/// a group stands before a name only where several tools have it.
pub(super) fn assign(tools: &[Arc<OfferedTool>]) -> Vec<String> {
    let plain: Vec<_> = tools.iter().map(|tool| fitted(&permitted(tool.name.raw()), tool)).collect();
    let once = count(&plain);
    let grouped: Vec<_> = plain
        .into_iter()
        .zip(tools)
        .map(|(name, tool)| match once.get(&name) {
            Some(1) => name,
            _ => with_group(tool),
        })
        .collect();
    let once = count(&grouped);
    let mut seen = HashMap::new();
    grouped
        .into_iter()
        .zip(tools)
        .map(|(name, tool)| {
            let name = match once.get(&name) {
                Some(1) => name,
                _ => shortened(&name, &mark(tool)),
            };
            // Tools with the same name and group are one tool to whoever calls it: the first is meant.
            let nth = seen.entry(name.clone()).and_modify(|nth| *nth += 1).or_insert(1_usize);
            if *nth == 1 { name } else { shortened(&name, &format!("{nth}")) }
        })
        .collect()
}

fn count(names: &[String]) -> HashMap<String, usize> {
    let mut counted = HashMap::new();
    for name in names {
        *counted.entry(name.clone()).or_insert(0) += 1;
    }
    counted
}

fn with_group(tool: &OfferedTool) -> String {
    let group: String = permitted(tool.group.raw()).chars().take(LONGEST_GROUP).collect();
    let name = permitted(tool.name.raw());
    fitted(&if group.is_empty() { name } else { format!("{group}__{name}") }, tool)
}

/// The name with an underscore in the place of everything that a client may refuse.
fn permitted(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    let name: String = name.chars().take(4 * LONGEST).map(keep).collect();
    if name.is_empty() { "tool".into() } else { name }
}

/// The name, with a mark of the whole in the place of what is too long.
fn fitted(name: &str, tool: &OfferedTool) -> String {
    if name.len() <= LONGEST { name.to_owned() } else { shortened(name, &mark(tool)) }
}

fn shortened(name: &str, mark: &str) -> String {
    let head: String = name.chars().take(LONGEST.saturating_sub(mark.len() + 1)).collect();
    format!("{head}_{mark}")
}

/// Eight characters that depend on the whole name and group: FNV-1a, which every run of the program has alike.
fn mark(tool: &OfferedTool) -> String {
    let bytes = tool.group.raw().bytes().chain([0]).chain(tool.name.raw().bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{:08x}", hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(group: &str, name: &str) -> Arc<OfferedTool> {
        Arc::new(OfferedTool { name: name.into(), group: group.into(), ..OfferedTool::default() })
    }

    #[test]
    fn a_group_stands_before_a_name_only_where_it_has_to() {
        let tools = [tool("linear-a", "list"), tool("linear-b", "list"), tool("slack", "post.message")];
        assert_eq!(assign(&tools), ["linear-a__list", "linear-b__list", "post_message"]);
    }

    #[test]
    fn names_are_short_different_and_the_same_in_any_order() {
        let long = "x".repeat(90);
        let tools = [
            tool("a", "one.two"),
            tool("a", "one_two"),
            tool("a", &long),
            tool("b", &long),
            tool("", ""),
            tool("a", &format!("{long}y")),
        ];
        let names = assign(&tools);
        for name in &names {
            assert!(name.len() <= LONGEST && !name.is_empty(), "{name}");
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'), "{name}");
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
        }
        let mut turned: Vec<_> = tools.to_vec();
        turned.reverse();
        let mut again = assign(&turned);
        again.reverse();
        assert_eq!(again, names);
    }

    #[test]
    fn the_same_tool_twice_has_two_names() {
        assert_eq!(assign(&[tool("a", "t"), tool("a", "t")]).iter().collect::<std::collections::HashSet<_>>().len(), 2);
    }
}
