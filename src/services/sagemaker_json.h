#pragma once

#include "services/sagemaker_job.h"

#include <nlohmann/json_fwd.hpp>

namespace forecart {

/// Bodies of the calls that begin something.
nlohmann::json training_request(const TrainingJob& job);
nlohmann::json processing_request(const ProcessingJob& job);
nlohmann::json model_request(const HostedModel& model);
nlohmann::json endpoint_config_request(const EndpointConfig& config);
/// [{"Key": …, "Value": …}]
nlohmann::json tag_list(const Tags& tags);

/// What describing says; members that are missing or of another type count as unknown.
TrainingStatus parse_training_status(const nlohmann::json& answer);
JobStatus parse_processing_status(const nlohmann::json& answer);
EndpointStatus parse_endpoint_status(const nlohmann::json& answer);
/// One of TrainingJobSummaries or ProcessingJobSummaries; `kind` is "TrainingJob" or
/// "ProcessingJob".
JobSummary parse_job_summary(const nlohmann::json& summary, const std::string& kind);

}  // namespace forecart
