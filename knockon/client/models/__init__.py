"""Contains all the data models used in inputs/outputs"""

from .acceptance import Acceptance
from .affected_thing import AffectedThing
from .aggregate import Aggregate
from .aggregate_step import AggregateStep
from .answer_out import AnswerOut
from .answer_out_contradictions_item import AnswerOutContradictionsItem
from .answer_out_evidence_item import AnswerOutEvidenceItem
from .answer_out_graph import AnswerOutGraph
from .answer_out_kind import AnswerOutKind
from .answer_out_nearest_item import AnswerOutNearestItem
from .answer_out_paths_item import AnswerOutPathsItem
from .answer_out_readings_item import AnswerOutReadingsItem
from .answer_out_statements_item import AnswerOutStatementsItem
from .apply_body import ApplyBody
from .aside_row import AsideRow
from .aside_row_raw import AsideRowRaw
from .assigned_answer import AssignedAnswer
from .assigned_answer_assigned import AssignedAnswerAssigned
from .assumption import Assumption
from .audit_answer import AuditAnswer
from .audit_export_form import AuditExportForm
from .audit_line import AuditLine
from .blamed_row import BlamedRow
from .bulk_change import BulkChange
from .cause import Cause
from .cause_count import CauseCount
from .choice import Choice
from .class_text import ClassText
from .compare_body import CompareBody
from .compared_answer import ComparedAnswer
from .condition import Condition
from .connection_answer import ConnectionAnswer
from .correction import Correction
from .decision import Decision
from .decision_verdict import DecisionVerdict
from .earlier_state import EarlierState
from .earlier_state_became import EarlierStateBecame
from .earlier_state_values import EarlierStateValues
from .entity_answer import EntityAnswer
from .entity_answer_records import EntityAnswerRecords
from .entity_answer_totals import EntityAnswerTotals
from .entity_answer_values import EntityAnswerValues
from .erase_plan import ErasePlan
from .erase_plan_rows import ErasePlanRows
from .erase_question import EraseQuestion
from .explanation import Explanation
from .explanation_answer import ExplanationAnswer
from .finding_of import FindingOf
from .found import Found
from .function import Function
from .graph_query import GraphQuery
from .health_answer import HealthAnswer
from .history_answer import HistoryAnswer
from .history_of_answer import HistoryOfAnswer
from .holding_answer import HoldingAnswer
from .hop import Hop
from .impact_answer import ImpactAnswer
from .impact_filters import ImpactFilters
from .impact_question import ImpactQuestion
from .inbox_answer import InboxAnswer
from .ingest_question import IngestQuestion
from .job_answer import JobAnswer
from .job_answer_asked import JobAnswerAsked
from .job_answer_problem_type_0 import JobAnswerProblemType0
from .job_answer_result_type_0 import JobAnswerResultType0
from .jobs_answer import JobsAnswer
from .key_line import KeyLine
from .key_made import KeyMade
from .keys_answer import KeysAnswer
from .ledger_entry import LedgerEntry
from .me_answer import MeAnswer
from .measure_list import MeasureList
from .measure_text import MeasureText
from .measure_value import MeasureValue
from .measure_values import MeasureValues
from .measure_values_totals_item import MeasureValuesTotalsItem
from .measures_values_order import MeasuresValuesOrder
from .mended_row import MendedRow
from .mended_row_cells import MendedRowCells
from .mentions_out import MentionsOut
from .mentions_out_entity import MentionsOutEntity
from .mentions_out_mentions_item import MentionsOutMentionsItem
from .mistake import Mistake
from .new_key import NewKey
from .off_axis_count import OffAxisCount
from .onboarding_answer import OnboardingAnswer
from .onboarding_answer_documents_item import OnboardingAnswerDocumentsItem
from .onboarding_answer_files import OnboardingAnswerFiles
from .onboarding_answer_findings_item import OnboardingAnswerFindingsItem
from .onboarding_answer_first_look_item import OnboardingAnswerFirstLookItem
from .onboarding_answer_not_asked_item import OnboardingAnswerNotAskedItem
from .onboarding_answer_questions_item import OnboardingAnswerQuestionsItem
from .onboarding_answer_skipped_item import OnboardingAnswerSkippedItem
from .onboarding_answer_tables_item import OnboardingAnswerTablesItem
from .onboarding_question import OnboardingQuestion
from .onboarding_question_answers import OnboardingQuestionAnswers
from .ontology_answer import OntologyAnswer
from .operand_step import OperandStep
from .operator import Operator
from .order import Order
from .other_value import OtherValue
from .part_answer import PartAnswer
from .path import Path
from .person_line import PersonLine
from .place_of import PlaceOf
from .policies_answer import PoliciesAnswer
from .policy_file import PolicyFile
from .problem import Problem
from .property_text import PropertyText
from .proposal_answer import ProposalAnswer
from .proposal_answer_asked import ProposalAnswerAsked
from .proposals_answer import ProposalsAnswer
from .proposals_export_response_proposals_export import (
    ProposalsExportResponseProposalsExport,
)
from .proposals_listed_state_type_0 import ProposalsListedStateType0
from .quarantine_answer import QuarantineAnswer
from .query_answer import QueryAnswer
from .query_row import QueryRow
from .query_row_values import QueryRowValues
from .question import Question
from .question_answer import QuestionAnswer
from .question_side import QuestionSide
from .questions_answer import QuestionsAnswer
from .ready_answer import ReadyAnswer
from .record_row import RecordRow
from .relation_of import RelationOf
from .relation_of_values import RelationOfValues
from .replay_question import ReplayQuestion
from .report_answer import ReportAnswer
from .report_answer_answer import ReportAnswerAnswer
from .report_answer_question import ReportAnswerQuestion
from .report_line import ReportLine
from .report_question import ReportQuestion
from .report_question_kind import ReportQuestionKind
from .report_question_question import ReportQuestionQuestion
from .reports_answer import ReportsAnswer
from .reports_file_form import ReportsFileForm
from .role_line import RoleLine
from .role_text import RoleText
from .rule_line import RuleLine
from .run_body import RunBody
from .run_line import RunLine
from .run_line_of import RunLineOf
from .runs_answer import RunsAnswer
from .scenario_body import ScenarioBody
from .scenario_body_scenario_type_0 import ScenarioBodyScenarioType0
from .scenarios_apply_response_scenarios_apply import (
    ScenariosApplyResponseScenariosApply,
)
from .scenarios_compare_response_scenarios_compare import (
    ScenariosCompareResponseScenariosCompare,
)
from .scenarios_create_response_scenarios_create import (
    ScenariosCreateResponseScenariosCreate,
)
from .scenarios_listed_response_scenarios_listed import (
    ScenariosListedResponseScenariosListed,
)
from .scenarios_one_response_scenarios_one import ScenariosOneResponseScenariosOne
from .scenarios_rebase_response_scenarios_rebase import (
    ScenariosRebaseResponseScenariosRebase,
)
from .scenarios_run_response_scenarios_run import ScenariosRunResponseScenariosRun
from .search_answer import SearchAnswer
from .semantics import Semantics
from .sign_in import SignIn
from .similar_out import SimilarOut
from .similar_out_entity import SimilarOutEntity
from .similar_out_similar_item import SimilarOutSimilarItem
from .similar_out_suggested_item import SimilarOutSuggestedItem
from .source_text import SourceText
from .sources_answer import SourcesAnswer
from .start_question import StartQuestion
from .table_text import TableText
from .task_line import TaskLine
from .thing import Thing
from .total import Total
from .total_amounts import TotalAmounts
from .total_past_amounts import TotalPastAmounts
from .towards import Towards
from .tree_answer import TreeAnswer
from .undo_question import UndoQuestion
from .upload_answer import UploadAnswer
from .validation_answer import ValidationAnswer
from .validation_answer_totals import ValidationAnswerTotals
from .value_of import ValueOf
from .value_row import ValueRow
from .verdict_question import VerdictQuestion
from .verdict_question_verdict import VerdictQuestionVerdict
from .verify_answer import VerifyAnswer
from .warning_of import WarningOf
from .warning_of_messages import WarningOfMessages
from .why_answer import WhyAnswer

__all__ = (
    "Acceptance",
    "AffectedThing",
    "Aggregate",
    "AggregateStep",
    "AnswerOut",
    "AnswerOutContradictionsItem",
    "AnswerOutEvidenceItem",
    "AnswerOutGraph",
    "AnswerOutKind",
    "AnswerOutNearestItem",
    "AnswerOutPathsItem",
    "AnswerOutReadingsItem",
    "AnswerOutStatementsItem",
    "ApplyBody",
    "AsideRow",
    "AsideRowRaw",
    "AssignedAnswer",
    "AssignedAnswerAssigned",
    "Assumption",
    "AuditAnswer",
    "AuditExportForm",
    "AuditLine",
    "BlamedRow",
    "BulkChange",
    "Cause",
    "CauseCount",
    "Choice",
    "ClassText",
    "CompareBody",
    "ComparedAnswer",
    "Condition",
    "ConnectionAnswer",
    "Correction",
    "Decision",
    "DecisionVerdict",
    "EarlierState",
    "EarlierStateBecame",
    "EarlierStateValues",
    "EntityAnswer",
    "EntityAnswerRecords",
    "EntityAnswerTotals",
    "EntityAnswerValues",
    "ErasePlan",
    "ErasePlanRows",
    "EraseQuestion",
    "Explanation",
    "ExplanationAnswer",
    "FindingOf",
    "Found",
    "Function",
    "GraphQuery",
    "HealthAnswer",
    "HistoryAnswer",
    "HistoryOfAnswer",
    "HoldingAnswer",
    "Hop",
    "ImpactAnswer",
    "ImpactFilters",
    "ImpactQuestion",
    "InboxAnswer",
    "IngestQuestion",
    "JobAnswer",
    "JobAnswerAsked",
    "JobAnswerProblemType0",
    "JobAnswerResultType0",
    "JobsAnswer",
    "KeyLine",
    "KeyMade",
    "KeysAnswer",
    "LedgerEntry",
    "MeAnswer",
    "MeasureList",
    "MeasuresValuesOrder",
    "MeasureText",
    "MeasureValue",
    "MeasureValues",
    "MeasureValuesTotalsItem",
    "MendedRow",
    "MendedRowCells",
    "MentionsOut",
    "MentionsOutEntity",
    "MentionsOutMentionsItem",
    "Mistake",
    "NewKey",
    "OffAxisCount",
    "OnboardingAnswer",
    "OnboardingAnswerDocumentsItem",
    "OnboardingAnswerFiles",
    "OnboardingAnswerFindingsItem",
    "OnboardingAnswerFirstLookItem",
    "OnboardingAnswerNotAskedItem",
    "OnboardingAnswerQuestionsItem",
    "OnboardingAnswerSkippedItem",
    "OnboardingAnswerTablesItem",
    "OnboardingQuestion",
    "OnboardingQuestionAnswers",
    "OntologyAnswer",
    "OperandStep",
    "Operator",
    "Order",
    "OtherValue",
    "PartAnswer",
    "Path",
    "PersonLine",
    "PlaceOf",
    "PoliciesAnswer",
    "PolicyFile",
    "Problem",
    "PropertyText",
    "ProposalAnswer",
    "ProposalAnswerAsked",
    "ProposalsAnswer",
    "ProposalsExportResponseProposalsExport",
    "ProposalsListedStateType0",
    "QuarantineAnswer",
    "QueryAnswer",
    "QueryRow",
    "QueryRowValues",
    "Question",
    "QuestionAnswer",
    "QuestionsAnswer",
    "QuestionSide",
    "ReadyAnswer",
    "RecordRow",
    "RelationOf",
    "RelationOfValues",
    "ReplayQuestion",
    "ReportAnswer",
    "ReportAnswerAnswer",
    "ReportAnswerQuestion",
    "ReportLine",
    "ReportQuestion",
    "ReportQuestionKind",
    "ReportQuestionQuestion",
    "ReportsAnswer",
    "ReportsFileForm",
    "RoleLine",
    "RoleText",
    "RuleLine",
    "RunBody",
    "RunLine",
    "RunLineOf",
    "RunsAnswer",
    "ScenarioBody",
    "ScenarioBodyScenarioType0",
    "ScenariosApplyResponseScenariosApply",
    "ScenariosCompareResponseScenariosCompare",
    "ScenariosCreateResponseScenariosCreate",
    "ScenariosListedResponseScenariosListed",
    "ScenariosOneResponseScenariosOne",
    "ScenariosRebaseResponseScenariosRebase",
    "ScenariosRunResponseScenariosRun",
    "SearchAnswer",
    "Semantics",
    "SignIn",
    "SimilarOut",
    "SimilarOutEntity",
    "SimilarOutSimilarItem",
    "SimilarOutSuggestedItem",
    "SourcesAnswer",
    "SourceText",
    "StartQuestion",
    "TableText",
    "TaskLine",
    "Thing",
    "Total",
    "TotalAmounts",
    "TotalPastAmounts",
    "Towards",
    "TreeAnswer",
    "UndoQuestion",
    "UploadAnswer",
    "ValidationAnswer",
    "ValidationAnswerTotals",
    "ValueOf",
    "ValueRow",
    "VerdictQuestion",
    "VerdictQuestionVerdict",
    "VerifyAnswer",
    "WarningOf",
    "WarningOfMessages",
    "WhyAnswer",
)
