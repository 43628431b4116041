import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { installed } from './installed.ts'

export const nginx = installed('nginx')
export const noNginx = 'nginx is not installed: apt-get install nginx-light'

export interface Cached {
  readonly status: number
  /** HIT, MISS, STALE … as nginx calls it. */
  readonly cache: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** nginx as a cache that many share, in front of `origin`. It keeps what the headers let it keep, and for no other reason. */
export async function openSharedCache(origin: string) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-nginx-'))
  const socket = join(folder, 'socket')
  mkdirSync(join(folder, 'logs'))
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, origin))
  const child = spawn(nginx!, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'inherit', 'pipe'] })
  const said = text(child.stderr)
  await Promise.race([listens(folder), ended(child, said)])
  return {
    ask: (path: string, headers: Record<string, string> = {}) => ask(socket, path, headers),
    close: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

function configuration(folder: string, origin: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  return `
daemon off;
worker_processes 1;
pid ${folder}/pid;
${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join(' ')}
  proxy_cache_path ${folder}/cache keys_zone=shared:1m;
  server {
    listen unix:${folder}/socket;
    location / {
      proxy_pass ${origin};
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_cache shared;
      proxy_cache_background_update on;
      proxy_cache_lock on;
      add_header x-cache $upstream_cache_status always;
    }
  }
}
`
}

/** Resolves when there is a pid file: nginx writes it when it listens. */
function listens(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      if (!existsSync(join(folder, 'pid'))) return
      watcher.close()
      resolve()
    })
  })
}

async function ended(child: ChildProcess, said: Promise<string>): Promise<never> {
  await once(child, 'exit')
  throw new Error(`nginx ended: ${await said}`)
}

async function ask(socketPath: string, path: string, headers: Record<string, string>): Promise<Cached> {
  const asked = request({ socketPath, path, headers: { host: 'shop.test', ...headers }, agent: false }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  const body = await text(response)
  return { status: response.statusCode!, cache: String(response.headers['x-cache']), headers: response.headers, text: body }
}
