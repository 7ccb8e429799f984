import { App, Aspects, Tags } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

import { DataStack } from './data.ts';
import { argueExceptions } from './exceptions.ts';
import { NetworkStack } from './network.ts';
import { ServeStack } from './serve.ts';
import { prefixOf, type Settings } from './settings.ts';
import { WatchStack } from './watch.ts';
import { WorkStack } from './work.ts';

/** How constructs of CDK behave whose first behaviour was a mistake. */
export const FLAGS = {
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  '@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker': true,
};

/** All stacks of a stage, in the order in which they need each other. What cdk-nag finds fails the synthesis. */
export function addStage(app: App, settings: Settings): void {
  const data = new DataStack(app, settings);
  const network = new NetworkStack(app, settings, data);
  const work = new WorkStack(app, settings, data, network);
  new WatchStack(app, settings, work);
  const serve = settings.serve ? new ServeStack(app, settings, data, network) : undefined;
  for (const [name, value] of Object.entries({ forecart: prefixOf(settings), ...settings.tags })) {
    Tags.of(app).add(name, value, { excludeResourceTypes: ['AWS::ElasticLoadBalancingV2::Listener'] });
  }
  argueExceptions(data, network, work, serve);
  Aspects.of(app).add(new AwsSolutionsChecks({ verbose: true }));
}
