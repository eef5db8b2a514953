import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IQualityClient } from '../tokens';
import { readLines } from './lines';
import type {
  ApplyReply,
  ApplyRequest,
  FixReply,
  FixRequest,
  FormatRequest,
  GatherReply,
  GatherRequest,
  InspectRequest,
  Inspection,
  QuickReply,
  QuickRequest,
  RefactorReply,
  RefactorRequest,
  RulePage,
  ServerInfo,
  SuggestLine,
  SuggestRequest,
  TestLine,
  TestRequest,
  TestRunner,
  Uses,
  UsesRequest,
  VerifyLine,
  VerifyRequest
} from './types';

/** The version of the interface this front end speaks; the server part says its own. */
export const API_VERSION = 1;

/** The server part is not there, or too old. */
export class ServerMissingError extends Error {
  constructor(
    message: string,
    readonly reason: 'missing' | 'old'
  ) {
    super(message);
    this.name = 'ServerMissingError';
  }
}

/** The server part answered that it could not do it, with a sentence for a person. */
export class QualityRequestError extends Error {
  constructor(
    message: string,
    readonly status: number
  ) {
    super(message);
    this.name = 'QualityRequestError';
  }
}

/**
 * Asks the server part over HTTP.
 */
export class QualityClient implements IQualityClient {
  constructor(settings?: ServerConnection.ISettings) {
    this._settings = settings ?? ServerConnection.makeSettings();
  }

  serverInfo(): Promise<ServerInfo> {
    if (!this._info) {
      this._info = this._askVersion();
      // A failure is not kept: "Try again" must ask again.
      this._info.catch(() => {
        this._info = null;
      });
    }
    return this._info;
  }

  inspect(request: InspectRequest, signal?: AbortSignal): Promise<Inspection> {
    return this._post<Inspection>('inspect', request, signal);
  }

  fix(request: FixRequest): Promise<FixReply> {
    return this._post<FixReply>('fix', request);
  }

  format(request: FormatRequest): Promise<FixReply> {
    return this._post<FixReply>('format', request);
  }

  gather(request: GatherRequest): Promise<GatherReply> {
    return this._post<GatherReply>('gather', request);
  }

  refactor(
    request: RefactorRequest,
    signal?: AbortSignal
  ): Promise<RefactorReply> {
    return this._post<RefactorReply>('refactor', request, signal);
  }

  uses(request: UsesRequest): Promise<Uses> {
    return this._post<Uses>('uses', request);
  }

  apply(request: ApplyRequest): Promise<ApplyReply> {
    return this._post<ApplyReply>('apply', request);
  }

  verify(
    request: VerifyRequest,
    onLine: (line: VerifyLine) => void,
    signal?: AbortSignal
  ): Promise<void> {
    return this._follow('verify', request, onLine, signal);
  }

  quick(request: QuickRequest, signal?: AbortSignal): Promise<QuickReply> {
    return this._post<QuickReply>('verify/quick', request, signal);
  }

  suggest(
    request: SuggestRequest,
    onLine: (line: SuggestLine) => void,
    signal?: AbortSignal
  ): Promise<void> {
    return this._follow('suggest', request, onLine, signal);
  }

  rule(code: string): Promise<RulePage> {
    return this._ask<RulePage>(`rules/${encodeURIComponent(code)}`, {});
  }

  testRunner(): Promise<TestRunner> {
    if (!this._testRunner) {
      this._testRunner = this._ask<TestRunner>('test-runner', {});
      this._testRunner.catch(() => {
        this._testRunner = null;
      });
    }
    return this._testRunner;
  }

  runTests(
    request: TestRequest,
    onLine: (line: TestLine) => void,
    signal?: AbortSignal
  ): Promise<void> {
    return this._follow('test', request, onLine, signal);
  }

  private async _askVersion(): Promise<ServerInfo> {
    let info: ServerInfo;
    try {
      info = await this._ask<ServerInfo>('version', {});
    } catch (error) {
      if (error instanceof QualityRequestError && error.status !== 404) {
        throw error;
      }
      throw new ServerMissingError('The server part is missing', 'missing');
    }
    if (info.api !== API_VERSION) {
      throw new ServerMissingError('The server part is old', 'old');
    }
    return info;
  }

  /** Asks for what comes line by line. */
  private async _follow<T>(
    endpoint: string,
    request: unknown,
    onLine: (line: T) => void,
    signal?: AbortSignal
  ): Promise<void> {
    await this.serverInfo();
    const response = await this._send(endpoint, {
      method: 'POST',
      body: JSON.stringify(request),
      signal
    });
    if (!response.ok || !response.body) {
      throw requestError(response, parsed(await response.text()));
    }
    await readLines(response.body, line => onLine(JSON.parse(line) as T));
  }

  private async _post<T>(
    endpoint: string,
    body: unknown,
    signal?: AbortSignal
  ): Promise<T> {
    await this.serverInfo();
    return this._ask<T>(endpoint, {
      method: 'POST',
      body: JSON.stringify(body),
      signal
    });
  }

  private async _ask<T>(endpoint: string, init: RequestInit): Promise<T> {
    const response = await this._send(endpoint, init);
    const data = parsed(await response.text());
    if (!response.ok) {
      throw requestError(response, data);
    }
    if (data === null) {
      throw new QualityRequestError('The reply is not JSON.', 404);
    }
    return data as T;
  }

  private _send(endpoint: string, init: RequestInit): Promise<Response> {
    const url = URLExt.join(
      this._settings.baseUrl,
      'nbquality',
      'api',
      endpoint
    );
    return ServerConnection.makeRequest(url, init, this._settings);
  }

  private readonly _settings: ServerConnection.ISettings;
  private _info: Promise<ServerInfo> | null = null;
  private _testRunner: Promise<TestRunner> | null = null;
}

/** A text as JSON; null where it is none: a proxy or an older server answers in HTML, and the status says enough. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function requestError(response: Response, data: unknown): QualityRequestError {
  const message = (data as { message?: unknown } | null)?.message;
  return new QualityRequestError(
    typeof message === 'string' && message
      ? message
      : `${response.status} ${response.statusText}`,
    response.status
  );
}
