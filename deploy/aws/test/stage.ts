import { fileURLToPath } from 'node:url';

import { App } from 'aws-cdk-lib';

import { addStage, FLAGS } from '../lib/forecart.ts';
import { settingsFile, settingsOf, type Settings } from '../lib/settings.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, any>;
  DeletionPolicy?: string;
}
export interface Template {
  Resources: Record<string, Resource>;
  Parameters?: Record<string, unknown>;
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

  constructor(stage: string, given: Record<string, unknown> = {}, context: Record<string, string> = {}) {
    this.settings = settingsOf(stage, given);
    const app = new App({ context: { ...FLAGS, ...context }, outdir: undefined });
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

  one(type: string): Found {
    const found = this.all(type);
    if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
    return found[0]!;
  }
}

/** Stages that differ in which resources they have. */
export const STAGES = {
  dev: new Stage('dev'),
  prod: new Stage('prod'),
  full: new Stage('prod', settingsFile(fileURLToPath(new URL('full.json', import.meta.url)))),
  provider: new Stage('dev', {
    serve: true, oidcIssuer: 'https://id.example.org', oidcClientId: 'forecart',
    oidcSecret: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:oidc-AbCdEf',
  }),
};
