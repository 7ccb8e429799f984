import { App } from 'aws-cdk-lib';

import { addStage, FLAGS } from './lib/forecart.ts';
import { settingsFile, settingsOf } from './lib/read_settings.ts';

// cdk synth [-c stage=dev|prod] [-c settings=FILE] [-c functionZip=FILE] [-c imageTag=TAG] [-c host=...] ...
const app = new App({ context: FLAGS });
const file: unknown = app.node.tryGetContext('settings');
const stage = String(app.node.tryGetContext('stage') ?? 'dev');
addStage(app, settingsOf(stage, file === undefined ? {} : settingsFile(String(file))));
app.synth();
