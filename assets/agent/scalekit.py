# pip install scalekit-sdk-python
# set first: SCALEKIT_ENVIRONMENT_URL, SCALEKIT_CLIENT_ID, SCALEKIT_CLIENT_SECRET
from google.protobuf.json_format import MessageToDict
from scalekit import ScalekitClient
from scalekit.v1.tools.tools_pb2 import ScopedToolFilter

scalekit = ScalekitClient(
    os.environ["SCALEKIT_ENVIRONMENT_URL"],
    os.environ["SCALEKIT_CLIENT_ID"],
    os.environ["SCALEKIT_CLIENT_SECRET"],
)


def list_tools():
    """The tools that this person may call, each with its account."""
    found, token, seen = [], None, set()
    while token not in seen:
        seen.add(token)
        page, _ = scalekit.tools.list_scoped_tools(
            IDENTIFIER, filter=ScopedToolFilter(connection_names=CONNECTIONS), page_size=100, page_token=token
        )
        for row in page.tools:
            if row.identifier not in ("", IDENTIFIER):
                continue  # somebody else's
            definition = MessageToDict(row.tool.definition)
            hints = definition.get("annotations") or {}
            found.append({
                "name": definition["name"],
                "description": definition.get("description") or "",
                "input_schema": definition.get("input_schema") or {"type": "object", "properties": {}},
                "reads": hints.get("read_only_hint") is True,
                "account": row.connected_account_id,
            })
        token = page.next_page_token or None
    return found


def call_tool(tool, arguments):
    """Runs a tool once with the account of this person, and returns its result."""
    try:
        return scalekit.actions.execute_tool(
            tool_name=tool["name"], connected_account_id=tool["account"], tool_input=arguments
        ).data
    except Exception as error:  # the SDK has a class for each status; the model is told of all of them
        raise ToolFailure(
            f"The call failed: {error}. If it changes something, look whether it was carried out before you call it again."
        ) from error
