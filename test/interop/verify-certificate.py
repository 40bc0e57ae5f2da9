"""A second, independent reading of outage certificates: standard library and openssl, nothing of Quorumwatch.

verify-certificate.py CERTIFICATE GENESIS prints "ok" and ends with 0, or says what is wrong and ends with 1.
Members of one epoch only; what it shares with the real verifier is the specification, not a line of code.
"""

import base64
import hashlib
import json
import math
import os
import struct
import subprocess
import sys
import tempfile


def sha(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def need(condition, what):
    if not condition:
        sys.exit("refused: " + what)


def signed(key_hex, message, signature):
    """Ed25519 by openssl, from raw key bytes (RFC 8410 section 4)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (
            ("key", bytes.fromhex("302a300506032b6570032100" + key_hex)),
            ("message", message),
            ("signature", signature),
        ):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -in message -sigfile signature"
        return subprocess.run(command.split(), cwd=folder, capture_output=True).returncode == 0


def leaf(entry):
    kind = entry["kind"].encode()
    head = struct.pack(">BBBBQQd", 0, 1, int(entry["last"]), len(kind), entry["position"], entry["sequence"], entry["time"])
    return sha(head + bytes.fromhex(entry["previous"]) + kind + entry["body"].encode())


def root_of(index, size, start, proof):
    """RFC 6962 section 2.1.1, as it is defined there: recursively, from the top of the proof."""
    if size == 1:
        need(not proof, "a proof is too long")
        return start
    need(proof, "a proof is too short")
    half = 1 << (size - 1).bit_length() - 1
    if index < half:
        return sha(b"\x01" + root_of(index, half, start, proof[:-1]) + proof[-1])
    return sha(b"\x01" + proof[-1] + root_of(index - half, size - half, start, proof[:-1]))


def included(part, seal):
    entry = part["entry"]
    proof = [bytes.fromhex(one) for one in part["proof"]]
    need(entry["position"] < seal["size"], "an entry lies beyond the ledger")
    found = root_of(entry["position"], seal["size"], leaf(entry), proof)
    need(found.hex() == seal["root"], "entry %d is not in the ledger" % entry["position"])
    return json.loads(entry["body"])


def main(certificate_file, genesis_file):
    text = open(certificate_file, encoding="utf-8", newline="").read()
    certificate = json.loads(text)
    genesis = json.load(open(genesis_file, encoding="utf-8"))
    need(canonical(certificate) + "\n" == text, "not canonical")
    network = sha(canonical(genesis).encode())
    need(network.hex() == certificate["network"], "another genesis")
    need(not certificate["epochs"], "more than one epoch is beyond this reading")
    members = {one["number"]: one for one in genesis["watchers"] if one["role"] == "member"}
    count = len(members)
    quorum = math.ceil((count + (count - 1) // 3 + 1) / 2)

    seal = certificate["seal"]
    root = bytes.fromhex(seal["root"])
    if "commit" in seal:
        commit = seal["commit"]
        voters = set()
        for vote in commit["votes"]:
            body = struct.pack(">IBIQQ", genesis["epoch"], 4, vote["signer"], commit["view"], commit["sequence"])
            message = b"quorumwatch pbft 1\n" + network + body + bytes.fromhex(commit["digest"]) + root
            key = members[vote["signer"]]["publicKey"]
            need(signed(key, message, base64.b64decode(vote["signature"])), "a vote")
            voters.add(vote["signer"])
        need(len(voters) >= quorum, "too few votes")
    if "note" in seal:
        body, lines = seal["note"].split("\n\n")
        origin = "quorumwatch/%s/%s" % (genesis["cluster"], network.hex()[:16])
        expected = "%s\n%d\n%s" % (origin, seal["size"], base64.b64encode(root).decode())
        need(body == expected, "the checkpoint is another")
        by_name = {one["id"]: one["publicKey"] for one in members.values()}
        names = set()
        for line in lines.splitlines():
            _, name, blob = line.split(" ")
            blob = base64.b64decode(blob)
            key_id = sha(name.encode() + b"\n\x04" + bytes.fromhex(by_name[name]))[:4]
            need(blob[:4] == key_id, "a key id")
            time = struct.unpack(">Q", blob[4:12])[0]
            message = ("cosignature/v1\ntime %d\n%s\n" % (time, body)).encode()
            need(signed(by_name[name], message, blob[12:]), "a cosignature")
            names.add(name)
        need(len(names) >= quorum, "too few cosignatures")
    need("commit" in seal or "note" in seal, "no seal")

    incident = included(certificate["incident"], seal)
    positions = [one["entry"]["position"] for one in certificate["transitions"]]
    need(positions == incident["transitions"], "other transitions")
    keys = {one["id"]: one["publicKey"] for one in genesis["watchers"]}
    for part in certificate["transitions"]:
        transition = included(part, seal)
        need([one["watcher"] for one in transition["opinions"]] == [one["watcher"] for one in part["said"]], "evidence")
        for opinion, said in zip(transition["opinions"], part["said"]):
            del opinion["said"]
            need(sha(canonical(opinion).encode()).hex() in said["digests"], "an opinion was not said")
            head = ["quorumwatch request 1", network.hex(), said["watcher"], str(said["number"]), "observe"]
            message = "\n".join(head + said["digests"]).encode()
            need(signed(keys[said["watcher"]], message, base64.b64decode(said["signature"])), "evidence is not signed")
    print("ok")


main(*sys.argv[1:])
