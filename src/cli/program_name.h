#pragma once

#include <string>
#include <vector>

namespace forecart {

/// The words of a command line, with what the name of the program stands for in them:
///
///   bootstrap        without words as AWS Lambda starts a function's own runtime: `forecart
///   lambda` forecart-entry   of our container image: the same without words; before `train`,
///   `serve` and
///                    `process`, which SageMaker says, `sagemaker`
std::vector<std::string> meant_words(std::vector<std::string> words);

}  // namespace forecart
