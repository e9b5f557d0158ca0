import { posix, win32 } from 'node:path';
import type { Environment } from '../../config/environment.ts';
import { McpxError } from '../../errors.ts';

/** What the system is to run, and for whom. Paths are absolute. */
export interface Wanted {
  platform: NodeJS.Platform;
  env: Environment;
  home: string;
  uid: number;
  stateFolder: string;
  /** The program and its arguments. */
  command: string[];
}

export interface Step {
  command: string[];
  /** What is done all the same when it fails; else that is the end. */
  may?: 'fail';
}

/** How the system's own service manager is told. */
export interface Definition {
  file: string;
  text: string;
  /** Of the file. */
  encoding: 'utf8' | 'utf16le';
  /** After the file is written. */
  install: Step[];
  /** Before it is removed. */
  uninstall: Step[];
  /** Ends with 0 where the service runs, or on Windows is known. */
  status: string[];
  hint?: string;
}

/** Also the launchd label, and the name of the task. */
const name = 'mcpx';
/** Longer than calls under way are waited for, in seconds. */
const stopSeconds = 30;
const retrySeconds = 5;

/** For systemd, launchd or the Windows task scheduler. Throws USAGE on other systems. */
export function definitionFor(wanted: Wanted): Definition {
  if (wanted.platform === 'linux') return systemd(wanted);
  if (wanted.platform === 'darwin') return launchd(wanted);
  if (wanted.platform === 'win32') return taskScheduler(wanted);
  throw new McpxError(
    'USAGE',
    `services of ${wanted.platform} are not known; start \`mcpx serve\` by its own means.`,
  );
}

/** A configuration that cannot be used (2) is not tried again: it would be the same. */
function systemd({ env, home, command }: Wanted): Definition {
  const base = env['XDG_CONFIG_HOME'] || posix.join(home, '.config');
  const systemctl = (...args: string[]): Step => ({ command: ['systemctl', '--user', ...args] });
  return {
    file: posix.join(base, 'systemd/user', `${name}.service`),
    text: `[Unit]
Description=MCPX, one MCP server in front of all the others

[Service]
ExecStart=${command.map(word => unitWord(word).replaceAll('$', '$$$$')).join(' ')}
ExecReload=/bin/kill -HUP $MAINPID
Environment=${unitWord(`PATH=${env['PATH'] ?? ''}`)}
Restart=on-failure
RestartSec=${retrySeconds}
RestartPreventExitStatus=2
KillMode=mixed
TimeoutStopSec=${stopSeconds}
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`,
    encoding: 'utf8',
    install: [systemctl('daemon-reload'), systemctl('enable', name), systemctl('restart', name)],
    uninstall: [{ ...systemctl('disable', '--now', name), may: 'fail' }],
    status: systemctl('is-active', name).command,
    hint: 'It runs while you are logged in; to have it run always: loginctl enable-linger',
  };
}

function unitWord(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

function launchd({ env, home, uid, stateFolder, command }: Wanted): Definition {
  const file = posix.join(home, 'Library/LaunchAgents', `${name}.plist`);
  const string = (text: string) => `<string>${xml(text)}</string>`;
  const domain = `gui/${uid}`;
  const bootout: Step = { command: ['launchctl', 'bootout', `${domain}/${name}`], may: 'fail' };
  return {
    file,
    text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>${string(name)}
  <key>ProgramArguments</key>
  <array>
${command.map(word => `    ${string(word)}`).join('\n')}
  </array>
  <key>EnvironmentVariables</key>
  <dict><key>PATH</key>${string(env['PATH'] ?? '')}</dict>
  <key>StandardErrorPath</key>${string(posix.join(stateFolder, 'service.log'))}
  <key>RunAtLoad</key><true/>
  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>
  <key>ThrottleInterval</key><integer>${retrySeconds}</integer>
  <key>ExitTimeOut</key><integer>${stopSeconds}</integer>
</dict>
</plist>
`,
    encoding: 'utf8',
    install: [bootout, { command: ['launchctl', 'bootstrap', domain, file] }],
    uninstall: [bootout],
    status: ['launchctl', 'print', `${domain}/${name}`],
  };
}

function taskScheduler({ stateFolder, command: [program, ...args] }: Wanted): Definition {
  const file = win32.join(stateFolder, 'service.xml');
  return {
    file,
    text: `\ufeff<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>MCPX, one MCP server in front of all the others</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Principals>
    <Principal id="user"><LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
  </Settings>
  <Actions Context="user">
    <Exec>
      <Command>${xml(program!)}</Command>
      <Arguments>${xml(args.map(windowsWord).join(' '))}</Arguments>
    </Exec>
  </Actions>
</Task>
`,
    encoding: 'utf16le',
    install: [
      { command: ['schtasks', '/Create', '/TN', name, '/XML', file, '/F'] },
      { command: ['schtasks', '/Run', '/TN', name] },
    ],
    uninstall: [
      { command: ['schtasks', '/End', '/TN', name], may: 'fail' },
      { command: ['schtasks', '/Delete', '/TN', name, '/F'], may: 'fail' },
    ],
    status: ['schtasks', '/Query', '/TN', name],
  };
}

/** As Windows programs take their command line apart: backslashes count only before a quotation mark. */
function windowsWord(word: string): string {
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
