"""W&B's own trace server on SQLite, on loopback: `python weave_server.py PORT DATABASE`. Needs the package weave, 0.52.10 to 0.52.20."""

import sys

import uvicorn
from fastapi import APIRouter, FastAPI
from weave.trace_server.reference.generate import ServiceDependency, generate_routes
from weave.trace_server.sqlite_trace_server import SqliteTraceServer
from weave.trace_server.trace_service import ServerInfoRes


class Service:
    def __init__(self, database: str) -> None:
        self.trace_server_interface = SqliteTraceServer(database)
        self.trace_server_interface.setup_tables()

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
