"""Runs the standalone Milvus of the PyPI package `milvus` in this very process, so that whoever starts it can signal it.

milvus_standalone.py FOLDER PORT HEALTH_PORT

Its data, its logs and its other ports are kept in FOLDER, so that it comes back as it was. It is up when
http://127.0.0.1:HEALTH_PORT/healthz answers OK.
"""

import fcntl
import json
import os
import pathlib
import socket
import sys

import milvus

# Unpacked once for all servers: 0.2 GB and some seconds.
PROGRAMS = pathlib.Path(sys.prefix) / "milvus"
# Milvus keeps the place of a killed server for so long before another may take it, and a server that was frozen for
# longer ends itself; 30 s by default.
SESSION_SECONDS = 15
OTHER_PORTS = (
    "etcd_port",
    "etcd_peer_port",
    "root_coord_port",
    "proxy_internal_port",
    "query_coord_port",
    "query_node_port",
    "index_coord_port",
    "index_node_port",
    "data_coord_port",
    "data_node_port",
)


def other_ports(folder: pathlib.Path) -> dict[str, int]:
    """Free ones at the first start, the same ever after."""
    file = folder / "ports.json"
    if not file.exists():
        sockets = {name: socket.socket() for name in OTHER_PORTS}
        for each in sockets.values():
            each.bind(("127.0.0.1", 0))
        file.write_text(json.dumps({name: each.getsockname()[1] for name, each in sockets.items()}))
        for each in sockets.values():
            each.close()
    return json.loads(file.read_text())


def etcd_config(folder: pathlib.Path, ports: dict[str, int]) -> pathlib.Path:
    """The etcd within takes its usual ports unless its own configuration says otherwise."""
    client = f"http://127.0.0.1:{ports['etcd_port']}"
    peer = f"http://127.0.0.1:{ports['etcd_peer_port']}"
    file = folder / "etcd.yaml"
    file.write_text(
        f"listen-client-urls: {client}\n"
        f"advertise-client-urls: {client}\n"
        f"listen-peer-urls: {peer}\n"
        f"initial-advertise-peer-urls: {peer}\n"
        f"initial-cluster: default={peer}\n"
    )
    return file


def unpack() -> None:
    PROGRAMS.mkdir(exist_ok=True)
    with (PROGRAMS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        milvus._initialize_data_files(PROGRAMS)


def main() -> None:
    folder = pathlib.Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    unpack()
    config = milvus.MilvusServerConfig(data_dir=str(folder))
    # Not resolve(): it binds the ports first, which a server killed just now still holds in TIME_WAIT.
    config.resolve_storage()
    ports = {"proxy_port": int(sys.argv[2]), **other_ports(folder)}
    for name in ports.keys() & config.configurable_items.keys():
        config.set(name, ports[name])
    config.set("common.session.ttl", SESSION_SECONDS)
    config.write_config()
    programs = PROGRAMS / "bin"
    environment = os.environ | {
        "DEPLOY_MODE": "STANDALONE",
        "METRICS_PORT": sys.argv[3],
        "ETCD_CONFIG_PATH": str(etcd_config(folder, ports)),
        "MILVUS_RUN_DIR": str(folder / "run"),
        "LD_LIBRARY_PATH": str(programs),
    }
    os.chdir(folder)
    os.execve(programs / "milvus", ["milvus", "run", "standalone"], environment)


main()
