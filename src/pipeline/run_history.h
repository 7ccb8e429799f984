#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace forecart {

/// The last runs of a data set before one of that name ("": of all), oldest first, with what each
/// stage took: `{"dataset":..,"runs":[{"run":..,"status":..,"current":..,"published":..,
/// "preliminary":..,"began":..,"ended":..,"asked_by":..,"mode":..,"goes_on_from":..,"seconds":..,
/// "core_seconds":..,"cost":..,"error":..,"stages":[{"stage":..,"seconds":..,"core_seconds":..}]}],
/// "next":..}`. `error` is the code of one that failed, else null; `published` null of one that
/// came to its end and is not current: nothing keeps whether it was; `asked_by` null of one that
/// was begun by hand, or by a program of before that was kept; `cost` the cheapest platform's;
/// `next` the name to give as `before` for older ones, null where there are none. Throws Error
/// not_found where there is no repository, unknown_name where it has no such data set.
nlohmann::json run_history(const std::string& location, const std::string& dataset,
                           std::size_t most, const std::string& before = "");
nlohmann::json run_history(const Repository& repository, const std::string& dataset,
                           std::size_t most, const std::string& before = "");

/// The same for people: a line a run, with a bar of its stages on one scale.
std::string run_history_text(const nlohmann::json& history, std::size_t width);

}  // namespace forecart
