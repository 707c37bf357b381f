/** Who may do what, where. An action is granted for units by name, or for all of them. */
export const ACTIONS = ['read', 'acknowledge', 'dismiss', 'operate', 'ingest'] as const;
export type Action = (typeof ACTIONS)[number];

export type Grants = Readonly<Partial<Record<Action, '*' | readonly string[]>>>;

/** Somebody whose credentials have been checked. */
export interface Principal {
  /** As audit lines and alert events name them. */
  readonly who: string;
  readonly grants: Grants;
  /** When the credentials run out; undefined: not by themselves. */
  readonly expiresMs?: number;
}

/** What a caller shows. */
export interface Credentials {
  /** The header `authorization`. */
  readonly authorization?: string;
  readonly session?: BrowserSession;
  /** That TLS has verified. */
  readonly certificate?: ClientCertificate;
}

/** What a browser's cookie says. */
export interface BrowserSession {
  readonly id: string;
  /** The cookie is one that a browser takes over TLS only, from this host alone. */
  readonly overTls: boolean;
}

export interface ClientCertificate {
  /** Its common name. */
  readonly name: string;
  /** When it runs out, ms since 1970. */
  readonly untilMs: number;
}

/** Of a certificate as node:tls shows it; undefined: there is none, or it has not one name and one end. */
export function clientCertificate(shown: { readonly subject?: { readonly CN?: string | string[] }; readonly valid_to?: string } | undefined): ClientCertificate | undefined {
  const [name, untilMs] = [shown?.subject?.CN, Date.parse(shown?.valid_to ?? '')];
  return typeof name === 'string' && Number.isFinite(untilMs) ? { name, untilMs } : undefined;
}

/** `why` is a short word, and never what was shown. */
export type Admission = { readonly ok: true; readonly principal: Principal } | { readonly ok: false; readonly why: string };

/** Checks credentials. */
export interface Door {
  admit(credentials: Credentials): Promise<Admission>;
}

/** `read:icu-1`, `dismiss:*`. Other words are an issuer's own, and grant nothing here. */
export function grantsOf(scopes: readonly string[]): Grants {
  const grants: Partial<Record<Action, '*' | readonly string[]>> = {};
  for (const scope of scopes) {
    const colon = scope.indexOf(':');
    const action = ACTIONS.find((one) => one === scope.slice(0, colon));
    const unit = scope.slice(colon + 1);
    if (colon < 0 || action === undefined || unit === '') continue;
    const before = grants[action] ?? [];
    grants[action] = unit === '*' || before === '*' ? '*' : [...before, unit];
  }
  return grants;
}

/** A bed whose unit is not known is within reach of those who may so in every unit. */
export function may({ grants }: Principal, action: Action, unit: string | undefined): boolean {
  const units = grants[action] ?? [];
  return units === '*' || (unit !== undefined && units.includes(unit));
}

export function mayAnywhere({ grants }: Principal, action: Action): boolean {
  return (grants[action] ?? []).length > 0;
}

export function isExpired({ expiresMs }: Principal, nowMs: number): boolean {
  return expiresMs !== undefined && expiresMs <= nowMs;
}
