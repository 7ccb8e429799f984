# forecast::ets with its defaults on one series.
#
#   Rscript ets.R FILE SEASON      FILE has a column y; a JSON object on stdout
#
# Seconds are CPU seconds of the fit alone, the best of three where one takes less than a second.
suppressMessages(library(forecast))
arguments <- commandArgs(trailingOnly = TRUE)
y <- ts(read.csv(arguments[1])$y, frequency = as.integer(arguments[2]))

cpu <- function() sum(proc.time()[1:2])

invisible(ets(head(y, 60), model = "ANN"))  # R compiles what it runs
best <- Inf
for (i in 1:3) {
  start <- cpu()
  fit <- ets(y)
  spent <- cpu() - start
  best <- min(best, spent)
  if (spent > 1) break
}
cat(sprintf('{"peer": "R %s forecast %s", "model": "%s", "seconds": %.6f, "aicc": %.10g}\n',
            getRversion(), packageVersion("forecast"), fit$method, best, fit$aicc))
