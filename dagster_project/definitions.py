"""What Dagster loads: all assets, checks, jobs, schedules, sensors and resources.

Belongs here: putting them together. Does not: any of them.
"""

from __future__ import annotations

import warnings

import dagster as dg

from dagster_project.assets import ASSETS
from dagster_project.batches import crawl_batch_job
from dagster_project.checks.assets import CHECK_DEFINITIONS
from dagster_project.maintenance import maintenance_job
from dagster_project.patience import sleep_while_waiting
from dagster_project.resources import Archive
from dagster_project.schedules import SCHEDULES, crawl_job, inbox_job, publish_job
from dagster_project.sensors import SENSORS

# Dagster, copying a sensor, warns that an argument of its own may change; nobody who runs a command can act on that.
warnings.filterwarnings("ignore", message=".*SensorDefinition.__init__.*beta")

sleep_while_waiting()

defs = dg.Definitions(
    assets=ASSETS,
    asset_checks=CHECK_DEFINITIONS,
    jobs=[crawl_job, crawl_batch_job, publish_job, inbox_job, maintenance_job],
    schedules=SCHEDULES,
    sensors=SENSORS,
    resources={"archive": Archive()},
    # One process a run: starting a process for each of three short steps costs more than the steps.
    executor=dg.in_process_executor,
)
