import { PolicyNotAuthorizedError, systemClock, type Clock, type RequestContext } from '@zun/domain';
import { silentLogger, type Logger } from '@zun/telemetry';
import { fileMark, PolicyFileError, readPolicyFile } from './policy-file.js';
import { buildRuleSet, type RuleSet } from './rule-set.js';
import type { Facts, Target } from './rule-compiler.js';

export interface PolicyOptions {
  /** `[oslo_policy] policy_file`; it may be absent, and may come, change and go while the process runs. */
  readonly file: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

type CallerFacts = Facts & { readonly is_admin: boolean };

/** How long a change of the file may go unnoticed. */
const CHECK_EVERY_MS = 1000;

/** Who may do what: Zun's rules with the operator's in their place. */
export class Policy {
  private readonly file: string;
  private readonly logger: Logger;
  private readonly clock: Clock;
  private rules: RuleSet;
  /** Under the rules in force. */
  private facts = new WeakMap<RequestContext, CallerFacts>();
  private mark: string;
  private checkedAt: number;

  /** @throws PolicyFileError when the file is there but cannot be used */
  constructor({ file, logger = silentLogger, clock = systemClock }: PolicyOptions) {
    this.file = file;
    this.logger = logger;
    this.clock = clock;
    this.checkedAt = clock.now();
    this.mark = fileMark(file);
    this.rules = this.load();
  }

  /**
   * @param rule its name; one that is not defined allows nothing
   * @param target what it is about; left out, something of the caller's own project
   */
  allows(rule: string, context: RequestContext, target: Target = ownTarget(context)): boolean {
    this.refresh();
    return this.rules.checks.get(rule)?.(target, this.factsOf(context)) ?? false;
  }

  /** @throws PolicyNotAuthorizedError unless {@link allows} */
  check(rule: string, context: RequestContext, target?: Target): void {
    if (!this.allows(rule, context, target)) throw new PolicyNotAuthorizedError(rule);
  }

  /** For the rules of single fields, which exist only when an operator defines them. */
  isDefined(rule: string): boolean {
    this.refresh();
    return this.rules.checks.has(rule);
  }

  /** Whether rule `context_is_admin` holds, which is also the caller's `is_admin` in other rules. */
  isAdmin(context: RequestContext): boolean {
    this.refresh();
    return this.factsOf(context).is_admin;
  }

  /** A list asks several rules for each of its items, so that the facts of a caller are put together once. */
  private factsOf(context: RequestContext): CallerFacts {
    const known = this.facts.get(context);
    if (known) return known;
    // is_admin is what this rule decides, so that inside it nobody is yet.
    const before = { ...baseFacts(context), is_admin: false };
    const is_admin = this.rules.checks.get('context_is_admin')?.(ownTarget(context), before) ?? false;
    const facts = { ...before, is_admin };
    this.facts.set(context, facts);
    return facts;
  }

  private refresh(): void {
    const now = this.clock.now();
    if (Math.abs(now - this.checkedAt) < CHECK_EVERY_MS) return;
    this.checkedAt = now;
    const mark = fileMark(this.file);
    if (mark === this.mark) return;
    this.mark = mark;
    try {
      this.rules = this.load();
      this.facts = new WeakMap();
      this.logger.info({ file: this.file }, 'policy file read again');
    } catch (error) {
      if (!(error instanceof PolicyFileError)) throw error;
      this.logger.error(
        { file: this.file, problems: error.message.split('\n') },
        'policy file refused; the rules before it stay in force',
      );
    }
  }

  private load(): RuleSet {
    const rules = buildRuleSet(readPolicyFile(this.file), this.file);
    for (const warning of rules.warnings) this.logger.warn(warning);
    return rules;
  }
}

function ownTarget({ projectId, userId }: RequestContext): Target {
  return { project_id: projectId, user_id: userId };
}

/** The names that oslo.context gives to policies, and the older ones that rules still use. */
function baseFacts(context: RequestContext): Facts {
  return {
    roles: context.roles,
    user_id: context.userId,
    user: context.userId,
    user_name: context.userName,
    user_domain_id: context.userDomainId,
    project_id: context.projectId,
    tenant: context.projectId,
    project_name: context.projectName,
    project_domain_id: context.projectDomainId,
    domain_id: null,
    system_scope: null,
  };
}
