// A port of a phone as a port of this computer, over usbmux: what iproxy does.

import net from 'node:net';
import { once } from 'node:events';

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function packet(fields) {
  const entries = Object.entries(fields).map(([key, value]) => {
    const kind = typeof value === 'number' ? 'integer' : 'string';
    return `<key>${escape(key)}</key><${kind}>${escape(String(value))}</${kind}>`;
  });
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>${entries.join('')}</dict></plist>`,
  );
  const head = Buffer.alloc(16);
  [head.length + body.length, 1, 8, 1].forEach((word, at) => head.writeUInt32LE(word, at * 4));
  return Buffer.concat([head, body]);
}

/** Sends a request and gives the XML that comes back; nothing after it has been read. */
async function ask(stream, fields) {
  stream.write(packet(fields));
  const read = async (count) => {
    let bytes;
    while ((bytes = stream.read(count)) === null) {
      await once(stream, 'readable');
    }
    return bytes;
  };
  const length = (await read(16)).readUInt32LE(0);
  return (await read(length - 16)).toString();
}

async function deviceId(socket, udid) {
  const stream = net.connect(socket);
  const xml = await ask(stream, { MessageType: 'ListDevices' });
  stream.destroy();
  const devices = xml.split('<key>DeviceList</key>')[1] ?? '';
  const one = new RegExp(`<key>DeviceID</key>\\s*<integer>(\\d+)</integer>(?:(?!</dict>)[\\s\\S])*?<string>${udid}</string>`);
  const found = one.exec(devices);
  if (!found) {
    throw new Error(`${udid} is not attached`);
  }
  return Number(found[1]);
}

/** Listens on a free port; gives it, and a function that ends it. */
export async function forward(socket, udid, port) {
  const open = new Set();
  const server = net.createServer(async (client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    try {
      const phone = net.connect(socket);
      phone.on('error', () => client.destroy());
      phone.on('close', () => client.destroy());
      client.on('close', () => phone.destroy());
      const swapped = ((port & 0xff) << 8) | (port >> 8);
      const answer = await ask(phone, {
        MessageType: 'Connect',
        DeviceID: await deviceId(socket, udid),
        PortNumber: swapped,
      });
      if (!/<key>Number<\/key>\s*<integer>0<\/integer>/.test(answer)) {
        throw new Error(`port ${port} refuses`);
      }
      client.pipe(phone).pipe(client);
    } catch (error) {
      console.error(error.message);
      client.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    open.forEach((client) => client.destroy());
    server.close();
  };
  return { port: server.address().port, close };
}
