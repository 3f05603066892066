"""W&B's own trace server on SQLite, on loopback: `python weave_server.py PORT DATABASE`. `requirements.txt` beside it says what it needs."""

import base64
import sys

import uvicorn
from fastapi import APIRouter, FastAPI
from weave.trace_server import trace_server_interface as tsi
from weave.trace_server.external_to_internal_trace_server_adapter import ExternalTraceServer, IdConverter
from weave.trace_server.reference.generate import ServiceDependency, generate_routes
from weave.trace_server.sqlite_trace_server import SqliteTraceServer
from weave.trace_server.trace_service import ServerInfoRes


class Names(IdConverter):
    """Inside, projects have names without a slash; those outside are found in them."""

    def ext_to_int_project_id(self, project_id: str) -> str:
        return base64.urlsafe_b64encode(project_id.encode()).decode()

    def int_to_ext_project_id(self, project_id: str) -> str | None:
        return base64.urlsafe_b64decode(project_id).decode()

    def ext_to_int_run_id(self, run_id: str) -> str:
        return run_id

    def int_to_ext_run_id(self, run_id: str) -> str:
        return run_id

    def ext_to_int_user_id(self, user_id: str) -> str:
        return user_id

    def int_to_ext_user_id(self, user_id: str) -> str:
        return user_id


class KnownUser(ExternalTraceServer):
    """What the adapter between names leaves out: batches. Feedback is somebody's: of whoever has the key."""

    def call_start_batch(self, req):
        return tsi.CallCreateBatchRes(
            res=[self.call_start(item.req) if item.mode == "start" else self.call_end(item.req) for item in req.batch]
        )

    def feedback_create(self, req):
        req.wb_user_id = "tester"
        return super().feedback_create(req)


class Service:
    def __init__(self, database: str) -> None:
        internal = SqliteTraceServer(database)
        internal.setup_tables()
        self.trace_server_interface = KnownUser(internal, Names())

    def server_info(self) -> ServerInfoRes:
        return ServerInfoRes(min_required_weave_python_version="0.0.1")

    def read_root(self) -> dict[str, str]:
        return {"status": "ok"}


def main(port: int, database: str) -> None:
    service = Service(database)
    app = FastAPI()
    app.include_router(generate_routes(APIRouter(), ServiceDependency(service_factory=lambda _auth: service)))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
