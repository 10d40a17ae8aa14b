# Tools are listed and called by jackfield, which has to be on the PATH.
import subprocess

OPTIONS = @@OPTIONS@@  # which environment


def jackfield(arguments, text=""):
    ran = subprocess.run(["jackfield", *OPTIONS, *arguments], input=text, capture_output=True, encoding="utf-8")
    if ran.returncode == 0:
        return json.loads(ran.stdout)
    try:
        error = json.loads(ran.stderr.splitlines()[-1])["error"]
        words = f"{error['message']} {error['said'] or ''}".strip()
        if error["may_have_been_carried_out"]:
            words += " Look whether it was carried out before you call it again."
    except (ValueError, LookupError, TypeError):
        words = ran.stderr.strip() or f"jackfield ended with {ran.returncode}."
    raise ToolFailure(words)


def list_tools():
    """The tools that this person may call, each with its connection."""
    found = []
    for connection in CONNECTIONS or [None]:
        named = [f"--connection={connection}"] if connection else []
        listed = jackfield(["tools", "export", "--json", "--for=mcp", "--mend", f"--as={IDENTIFIER}", *named])
        for tool in listed:
            found.append({
                "name": tool["name"],
                "description": tool.get("description") or "",
                "input_schema": tool["inputSchema"],
                "reads": (tool.get("annotations") or {}).get("readOnlyHint") is True,
                "connection": connection,
            })
    return found


def call_tool(tool, arguments):
    """Runs a tool once as this person, and returns its result."""
    named = [f"--connection={tool['connection']}"] if tool["connection"] else []
    # Whoever was to be asked has been asked.
    options = ["run", "--json", "--yes", "--input=-", f"--as={IDENTIFIER}", *named, "--", tool["name"]]
    return jackfield(options, json.dumps(arguments))["data"]
