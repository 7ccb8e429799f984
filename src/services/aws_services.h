#pragma once

#include "net/aws_service.h"

namespace forecart {

// The services of AWS that forecart asks, beside S3 and STS (net/aws_service.h). What they say of a
// refusal is told where requests hold names and settings only, none of sales or secrets.

inline constexpr AwsService kSageMaker{.id = "sagemaker",
                                       .host = "api.sagemaker",
                                       .signs = "sagemaker",
                                       .fips_host = "api-fips.sagemaker",
                                       .target = "SageMaker",
                                       .tells = true};
inline constexpr AwsService kSageMakerRuntime{.id = "sagemaker_runtime",
                                              .host = "runtime.sagemaker",
                                              .signs = "sagemaker",
                                              .fips_host = "runtime-fips.sagemaker",
                                              .gov = AwsService::Gov::plain};
inline constexpr AwsService kLogs{.id = "cloudwatch_logs",
                                  .host = "logs",
                                  .target = "Logs_20140328",
                                  .gov = AwsService::Gov::plain};
inline constexpr AwsService kCloudWatch{.id = "cloudwatch",
                                        .host = "monitoring",
                                        .target = "GraniteServiceVersion20100801",
                                        .version = "1.0",
                                        .gov = AwsService::Gov::plain_with_both,
                                        .tells = true};
inline constexpr AwsService kQuickSight{.id = "quicksight", .host = "quicksight", .tells = true};
inline constexpr AwsService kAthena{.id = "athena", .host = "athena", .target = "AmazonAthena"};
inline constexpr AwsService kSns{
    .id = "sns", .host = "sns", .version = "2010-03-31", .gov = AwsService::Gov::plain};
inline constexpr AwsService kSqs{.id = "sqs",
                                 .host = "sqs",
                                 .target = "AmazonSQS",
                                 .version = "1.0",
                                 .gov = AwsService::Gov::plain};
inline constexpr AwsService kEventBridge{.id = "eventbridge",
                                         .host = "events",
                                         .target = "AWSEvents",
                                         .gov = AwsService::Gov::plain_with_both};
inline constexpr AwsService kKinesis{.id = "kinesis",
                                     .host = "kinesis",
                                     .target = "Kinesis_20131202",
                                     .gov = AwsService::Gov::plain};
inline constexpr AwsService kStepFunctions{
    .id = "sfn", .host = "states", .target = "AWSStepFunctions", .version = "1.0", .tells = true};
inline constexpr AwsService kSecretsManager{.id = "secrets_manager",
                                            .host = "secretsmanager",
                                            .target = "secretsmanager",
                                            .dual_stack = false};

}  // namespace forecart
