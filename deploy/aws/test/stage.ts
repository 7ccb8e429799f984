import { fileURLToPath } from 'node:url';

import { App } from 'aws-cdk-lib';

import { addStage, FLAGS } from '../lib/forecart.ts';
import { settingsFile, settingsOf } from '../lib/read_settings.ts';
import type { Settings } from '../lib/settings.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, any>;
  DeletionPolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, unknown>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}
/** A resource and where it stands. */
export interface Found extends Resource {
  stack: string;
  id: string;
}

/** What `cdk synth` makes of a stage. */
export class Stage {
  readonly settings: Settings;
  readonly templates: Record<string, Template> = {};
  /** What cdk-nag, or CDK, calls an error or a warning. */
  readonly findings: string[] = [];

  constructor(stage: string, given: Record<string, unknown> = {}, outdir?: string) {
    this.settings = settingsOf(stage, given);
    const app = new App({ context: FLAGS, outdir });
    addStage(app, this.settings);
    for (const stack of app.synth().stacks) {
      this.templates[stack.stackName] = stack.template as Template;
      const heard = stack.messages.filter((message) => message.level !== 'info');
      this.findings.push(...heard.map((message) => `${message.id}: ${String(message.entry.data)}`));
    }
  }

  all(type?: string): Found[] {
    const found = Object.entries(this.templates).flatMap(([stack, template]) =>
      Object.entries(template.Resources).map(([id, resource]) => ({ stack, id, ...resource })));
    return type === undefined ? found : found.filter((one) => one.Type === type);
  }

  /** The same with texts for what CloudFormation will join or look up, "<Id>" and "<Id.Attribute>" for resources,
   * whichever stack they are in. */
  texts(value: any): any {
    if (Array.isArray(value)) return value.map((one) => this.texts(one));
    if (value === null || typeof value !== 'object') return value;
    if (value['Fn::Join']) return value['Fn::Join'][1].map((one: unknown) => this.texts(one)).join(value['Fn::Join'][0]);
    if (value['Ref']) return `<${value['Ref']}>`;
    if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`;
    if (value['Fn::ImportValue']) return this.texts(this.exported(value['Fn::ImportValue']));
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.texts(one)]));
  }

  private exported(name: string): unknown {
    const all = Object.values(this.templates).flatMap(({ Outputs }) => Object.values(Outputs ?? {}));
    const found = all.find((one) => one.Export?.Name === name);
    if (!found) throw new Error(`no stack exports '${name}'`);
    return found.Value;
  }

  one(type: string): Found {
    const found = this.all(type);
    if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
    return found[0]!;
  }
}

/** Where templates are left for cfn-lint, if anywhere. */
const TEMPLATES = process.env['TEMPLATES'];

/** Stages that differ in which resources they have. */
export const STAGES = {
  dev: new Stage('dev'),
  prod: new Stage('prod'),
  full: new Stage('prod', settingsFile(fileURLToPath(new URL('full.json', import.meta.url))),
    TEMPLATES ? `${TEMPLATES}/full` : undefined),
  provider: new Stage('dev', {
    serve: true, oidcIssuer: 'https://id.example.org', oidcClientId: 'forecart',
    oidcSecret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:oidc-AbCdEf',
  }),
};
