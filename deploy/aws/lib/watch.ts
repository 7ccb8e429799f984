import { aws_budgets as budgets, CfnResource, Stack, type App } from 'aws-cdk-lib';

import { addAlarms, alarmTemplates, watchValues } from './alarms.ts';
import { globalPrefixOf } from './names.ts';
import { prefixOf, type Settings } from './settings.ts';
import { filled, template } from './template.ts';
import type { WorkStack } from './work.ts';

/** Dashboard and alarms of CloudWatch, from the templates that `forecart cloudwatch` takes too, and a budget. */
export class WatchStack extends Stack {
  constructor(app: App, settings: Settings, work: WorkStack) {
    super(app, `${prefixOf(settings)}-watch`, { description: 'forecart: dashboard, alarms and budget' });
    const values = watchValues(this, settings, work.alerts.topicArn);
    new CfnResource(this, 'Dashboard', {
      type: 'AWS::CloudWatch::Dashboard',
      properties: {
        DashboardName: globalPrefixOf(this, settings),
        DashboardBody: this.toJsonString(filled(template('cloudwatch-dashboard'), values)),
      },
    });
    addAlarms(this, alarmTemplates(), values);
    this.budget(settings, work);
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
        budgetName: globalPrefixOf(this, settings),
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: settings.budget, unit: 'USD' },
        ...(settings.budgetOfTag && { costFilters: { TagKeyValue: [`user:forecart$${prefixOf(settings)}`] } }),
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    });
  }
}
