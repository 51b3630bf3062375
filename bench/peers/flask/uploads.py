"""The usual upload handler: a part is read into memory, encrypted into a copy, written, synced.

It answers the routes of /api/uploads, so that the same client can send to it. UPLOADS names its folder.
"""
import json
import os
import uuid

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, Response, abort, request

app = Flask(__name__)
FOLDER = os.environ['UPLOADS']
DEFAULT_PART = 8 * 1024 * 1024


def master_key():
    path = os.path.join(FOLDER, 'key')
    try:
        with open(path, 'xb') as file:
            file.write(AESGCM.generate_key(256))
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    key = b''
    while len(key) < 32:  # another worker may be writing it
        with open(path, 'rb') as file:
            key = file.read()
    return key


AES = AESGCM(master_key())


def folder_of(upload):
    path = os.path.join(FOLDER, uuid.UUID(upload).hex)
    return path if os.path.isdir(path) else abort(404)


def sync(folder):
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(folder, name, content):
    """What is acknowledged survives a power failure: the file, then its name."""
    path = os.path.join(folder, name)
    with open(path + '.tmp', 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + '.tmp', path)
    sync(folder)


def read_json(folder, name):
    try:
        with open(os.path.join(folder, name), encoding='utf-8') as file:
            return json.load(file)
    except FileNotFoundError:
        abort(404)


@app.get('/health')
@app.get('/health/ready')
def health():
    return {'status': 'ready'}


@app.post('/api/uploads')
def begin():
    wish = request.get_json()
    part_size = wish.get('part_size', DEFAULT_PART)
    upload = uuid.uuid4().hex
    folder = os.path.join(FOLDER, upload)
    os.mkdir(folder)
    sync(FOLDER)
    parts = -(-wish['size'] // part_size)
    write(folder, 'begun', json.dumps({'name': wish['name'], 'size': wish['size'], 'parts': parts}).encode())
    return {'id': upload, 'part_size': part_size, 'parts': parts}, 201


@app.put('/api/uploads/<upload>/parts/<int:number>')
def part(upload, number):
    folder = folder_of(upload)
    form = request.mimetype == 'multipart/form-data'
    data = request.files['part'].read() if form else request.get_data()
    nonce = os.urandom(12)
    write(folder, str(number), nonce + AES.encrypt(nonce, data, f'{upload}/{number}'.encode()))
    return '', 204


@app.post('/api/uploads/<upload>/complete')
def complete(upload):
    folder = folder_of(upload)
    begun = read_json(folder, 'begun')
    missing = [n for n in range(1, begun['parts'] + 1) if not os.path.exists(os.path.join(folder, str(n)))]
    if missing:
        return {'missing': missing}, 409
    write(folder, 'complete', json.dumps(begun).encode())
    return begun | {'id': upload}


@app.get('/api/files/<upload>')
def download(upload):
    folder = folder_of(upload)
    begun = read_json(folder, 'complete')

    def parts():
        for number in range(1, begun['parts'] + 1):
            with open(os.path.join(folder, str(number)), 'rb') as file:
                sealed = file.read()
            yield AES.decrypt(sealed[:12], sealed[12:], f'{upload}/{number}'.encode())

    return Response(parts(), headers={'Content-Length': str(begun['size'])}, mimetype='application/octet-stream')
