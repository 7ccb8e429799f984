import { aws_budgets as budgets, CfnResource, Stack, type App } from 'aws-cdk-lib';

import { namesOf } from './names.ts';
import { prefixOf, type Settings } from './settings.ts';
import { filled, template, type Values } from './template.ts';
import type { WorkStack } from './work.ts';

/** Dashboard and alarms of CloudWatch, from the templates that `forecart cloudwatch` takes too, and a budget. */
export class WatchStack extends Stack {
  constructor(app: App, settings: Settings, work: WorkStack) {
    super(app, `${prefixOf(settings)}-watch`, { description: 'forecart: dashboard, alarms and budget' });
    const prefix = prefixOf(settings);
    const values = this.valuesOf(settings, work);
    new CfnResource(this, 'Dashboard', {
      type: 'AWS::CloudWatch::Dashboard',
      properties: {
        DashboardName: prefix,
        DashboardBody: this.toJsonString(filled(template('cloudwatch-dashboard'), values)),
      },
    });
    const { alarms } = filled(template('alarms'), values) as { alarms: { AlarmName: string }[] };
    for (const properties of alarms) {
      new CfnResource(this, properties.AlarmName.slice(prefix.length + 1), { type: 'AWS::CloudWatch::Alarm', properties });
    }
    this.budget(settings, work);
  }

  private valuesOf(settings: Settings, work: WorkStack): Values {
    const names = namesOf(settings);
    return {
      ...(template('parameters') as Values),
      Prefix: prefixOf(settings),
      Region: this.region,
      FunctionName: names.function,
      QueueName: names.inbox,
      DeadLetterQueueName: names.dead,
      AlarmActions: [work.alerts.topicArn],
      StaleAfterSeconds: settings.staleAfterHours * 3600,
      CostPerDay: settings.costPerDay,
      Platform: settings.architecture === 'arm64' ? 'lambda-arm64' : 'lambda-x86',
    };
  }

  /** Tells when the month will cost more, and when four fifths are spent. */
  private budget(settings: Settings, work: WorkStack): void {
    const subscribers = [{ subscriptionType: 'SNS', address: work.alerts.topicArn }];
    const tell = (notificationType: string, threshold: number) => ({
      notification: { notificationType, threshold, comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' },
      subscribers,
    });
    new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetName: prefixOf(settings),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: settings.budget, unit: 'USD' },
        ...(settings.budgetOfTag && { costFilters: { TagKeyValue: [`user:forecart$${prefixOf(settings)}`] } }),
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    });
  }
}
